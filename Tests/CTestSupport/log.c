#include "CTestSupport.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_log.h>
#include <linux/netlink.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Binds the socket to a group, which then sends its lines here, each at once and not up to a
 * hundred of them after a second (nfnetlink_log.h).
 */
static int bind_to_group(int fd, unsigned short group)
{
    struct {
        struct nlmsghdr header;
        struct nfgenmsg family;
        struct nlattr attribute;
        struct nfulnl_msg_config_cmd command;
        char padding[3];
        struct nlattr threshold_attribute;
        unsigned threshold;
    } request = {
        .header =
            {
                .nlmsg_len = sizeof request,
                .nlmsg_type = NFNL_SUBSYS_ULOG << 8 | NFULNL_MSG_CONFIG,
                .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
            },
        .family = {.version = NFNETLINK_V0, .res_id = htons(group)},
        .attribute = {.nla_len = NLA_HDRLEN + 1, .nla_type = NFULA_CFG_CMD},
        .command = {.command = NFULNL_CFG_CMD_BIND},
        .threshold_attribute = {.nla_len = NLA_HDRLEN + 4, .nla_type = NFULA_CFG_QTHRESH},
        .threshold = htonl(1),
    };
    if (send(fd, &request, sizeof request, 0) < 0)
        return errno;
    struct {
        struct nlmsghdr header;
        struct nlmsgerr error;
    } answer;
    if (recv(fd, &answer, sizeof answer, 0) < 0)
        return errno;
    return answer.header.nlmsg_type == NLMSG_ERROR ? -answer.error.error : EPROTO;
}

int ctest_listen_to_log(unsigned short group, int *fd)
{
    *fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    if (*fd < 0)
        return errno;
    int error = bind_to_group(*fd, group);
    if (error != 0)
        close(*fd);
    return error;
}

int ctest_next_log_prefix(int fd, int milliseconds, char *prefix, unsigned size)
{
    struct pollfd waiting = {.fd = fd, .events = POLLIN};
    if (poll(&waiting, 1, milliseconds) != 1)
        return ETIMEDOUT;
    _Alignas(struct nlmsghdr) char buffer[8192];
    ssize_t count = recv(fd, buffer, sizeof buffer, 0);
    if (count < 0)
        return errno;
    const struct nlmsghdr *header = (const void *)buffer;
    if ((size_t)count < NLMSG_SPACE(sizeof(struct nfgenmsg)) || header->nlmsg_len > count)
        return EPROTO;
    const char *end = buffer + header->nlmsg_len;
    for (const char *here = buffer + NLMSG_SPACE(sizeof(struct nfgenmsg)); here + NLA_HDRLEN < end;) {
        const struct nlattr *attribute = (const void *)here;
        if (attribute->nla_len < NLA_HDRLEN)
            return EPROTO;
        if ((attribute->nla_type & NLA_TYPE_MASK) == NFULA_PREFIX) {
            strncpy(prefix, here + NLA_HDRLEN, size - 1);
            prefix[size - 1] = 0;
            return 0;
        }
        here += NLA_ALIGN(attribute->nla_len);
    }
    return ENOMSG;
}
