#define _GNU_SOURCE
#include "CLinux.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

struct request {
    struct nlmsghdr header;
    struct nfgenmsg family;
    /* Room for two names. */
    char attributes[2 * (NLA_HDRLEN + NLA_ALIGN(NFT_NAME_MAXLEN))];
};

typedef void (*attribute_reader)(uint16_t type, const void *value, size_t length, void *result);

static struct request request_for(uint16_t message, uint8_t family)
{
    struct request request = {
        .header =
            {
                .nlmsg_len = NLMSG_LENGTH(sizeof(struct nfgenmsg)),
                .nlmsg_type = (uint16_t)(NFNL_SUBSYS_NFTABLES << 8 | message),
                .nlmsg_flags = NLM_F_REQUEST,
                .nlmsg_seq = 1,
            },
        .family = {.nfgen_family = family, .version = NFNETLINK_V0},
    };
    return request;
}

static int add_text(struct request *request, uint16_t type, const char *text)
{
    size_t size = strlen(text) + 1;
    if (size > NFT_NAME_MAXLEN)
        return ENAMETOOLONG;
    struct nlattr attribute = {.nla_type = type, .nla_len = (uint16_t)(NLA_HDRLEN + size)};
    char *end = (char *)request + request->header.nlmsg_len;
    memcpy(end, &attribute, sizeof attribute);
    memcpy(end + NLA_HDRLEN, text, size);
    request->header.nlmsg_len += NLA_ALIGN(attribute.nla_len);
    return 0;
}

static void read_attributes(const char *bytes, size_t length, attribute_reader reader, void *result)
{
    while (length >= NLA_HDRLEN) {
        struct nlattr attribute;
        memcpy(&attribute, bytes, sizeof attribute);
        if (attribute.nla_len < NLA_HDRLEN || attribute.nla_len > length)
            return;
        reader(attribute.nla_type & NLA_TYPE_MASK, bytes + NLA_HDRLEN,
               attribute.nla_len - NLA_HDRLEN, result);
        size_t step = NLA_ALIGN(attribute.nla_len);
        if (step >= length)
            return;
        bytes += step;
        length -= step;
    }
}

/* Reads one answer; EPROTO where it is not one. */
static int read_answer(char *bytes, size_t received, uint16_t message, attribute_reader reader,
                       void *result)
{
    struct nlmsghdr header;
    if (received < sizeof header)
        return EPROTO;
    memcpy(&header, bytes, sizeof header);
    if (header.nlmsg_len < sizeof header || header.nlmsg_len > received)
        return EPROTO;
    if (header.nlmsg_type == NLMSG_ERROR) {
        int error;
        if (header.nlmsg_len < NLMSG_LENGTH(sizeof error))
            return EPROTO;
        memcpy(&error, bytes + NLMSG_HDRLEN, sizeof error);
        return error < 0 ? -error : EPROTO;
    }
    size_t start = NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct nfgenmsg));
    if (header.nlmsg_type != (NFNL_SUBSYS_NFTABLES << 8 | message) || header.nlmsg_len < start)
        return EPROTO;
    read_attributes(bytes + start, header.nlmsg_len - start, reader, result);
    return 0;
}

static int exchange(int fd, const struct request *request, uint16_t answer,
                    attribute_reader reader, void *result)
{
    /* The kernel answers within send(2); the timeout only guards against waiting for ever. */
    struct timeval patience = {.tv_sec = 10};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ssize_t count;
    do
        count = send(fd, request, request->header.nlmsg_len, 0);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno;
    char bytes[8192];
    do
        count = recv(fd, bytes, sizeof bytes, 0);
    while (count < 0 && errno == EINTR);
    if (count < 0)
        return errno;
    return read_answer(bytes, (size_t)count, answer, reader, result);
}

static int ask(const struct request *request, uint16_t answer, attribute_reader reader,
               void *result)
{
    int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER);
    if (fd < 0)
        return errno;
    int error = exchange(fd, request, answer, reader, result);
    close(fd);
    return error;
}

static uint32_t number32(const void *value, size_t length)
{
    uint32_t number = 0;
    if (length == sizeof number)
        memcpy(&number, value, sizeof number);
    return ntohl(number);
}

static uint64_t number64(const void *value, size_t length)
{
    uint64_t number = 0;
    if (length == sizeof number)
        memcpy(&number, value, sizeof number);
    return be64toh(number);
}

static void read_generation(uint16_t type, const void *value, size_t length, void *result)
{
    uint32_t *generation = result;
    if (type == NFTA_GEN_ID)
        *generation = number32(value, length);
}

static void read_table(uint16_t type, const void *value, size_t length, void *result)
{
    struct clinux_nft_table *table = result;
    if (type == NFTA_TABLE_HANDLE) {
        table->handle = number64(value, length);
    } else if (type == NFTA_TABLE_FLAGS) {
        uint32_t flags = number32(value, length);
        table->is_dormant = (flags & NFT_TABLE_F_DORMANT) != 0;
        table->is_owned = (flags & NFT_TABLE_F_OWNER) != 0;
    } else if (type == NFTA_TABLE_OWNER) {
        table->owner = number32(value, length);
    }
}

int clinux_nft_generation(uint32_t *generation)
{
    struct request request = request_for(NFT_MSG_GETGEN, NFPROTO_UNSPEC);
    *generation = 0;
    return ask(&request, NFT_MSG_NEWGEN, read_generation, generation);
}

int clinux_nft_table(const char *name, struct clinux_nft_table *table)
{
    struct request request = request_for(NFT_MSG_GETTABLE, NFPROTO_INET);
    *table = (struct clinux_nft_table){0};
    int error = add_text(&request, NFTA_TABLE_NAME, name);
    return error ? error : ask(&request, NFT_MSG_NEWTABLE, read_table, table);
}

static void read_nothing(uint16_t type, const void *value, size_t length, void *result)
{
    (void)type;
    (void)value;
    (void)length;
    (void)result;
}

int clinux_nft_chain(const char *table, const char *chain)
{
    struct request request = request_for(NFT_MSG_GETCHAIN, NFPROTO_INET);
    int error = add_text(&request, NFTA_CHAIN_TABLE, table);
    if (!error)
        error = add_text(&request, NFTA_CHAIN_NAME, chain);
    return error ? error : ask(&request, NFT_MSG_NEWCHAIN, read_nothing, NULL);
}
