#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The message to the waiting process, which comes with the descriptors of a run. */
struct order {
    enum cnft_format format;
    int has_lock;
};

enum { MOST_FILES = 4 };

union control {
    struct cmsghdr header;
    char space[CMSG_SPACE(MOST_FILES * sizeof(int))];
};

/* The socket of the waiting process, -1 if there is none; and the id of that process. */
static atomic_int waiting_socket = -1;
static pid_t waiting_process;
/* The thread that started it; another thread can be in another network namespace. */
static pid_t waiting_for;

/* Waits for a run and executes it. If the parent ends before, the socket is closed. */
__attribute__((noreturn)) static void wait_for_run(int socket)
{
    struct order order = {0};
    union control control;
    struct iovec text = {.iov_base = &order, .iov_len = sizeof order};
    struct mmsghdr message = {
        .msg_hdr = {
            .msg_iov = &text,
            .msg_iovlen = 1,
            .msg_control = &control,
            .msg_controllen = sizeof control,
        },
    };
    int received;
    do
        received = recvmmsg(socket, &message, 1, MSG_CMSG_CLOEXEC, NULL);
    while (received < 0 && errno == EINTR);
    if (received == 1 && message.msg_len == 0)
        _exit(CHILD_DONE);
    struct cmsghdr *header = CMSG_FIRSTHDR(&message.msg_hdr);
    size_t count = received == 1 && order.has_lock ? 4 : 3;
    if (received != 1 || message.msg_len != sizeof order || !header ||
        header->cmsg_len != CMSG_LEN(count * sizeof(int)))
        _exit(CHILD_UNPREPARED);
    int files[MOST_FILES] = {-1, -1, -1, -1};
    memcpy(files, CMSG_DATA(header), count * sizeof(int));
    cnft_child(order.format, (struct cnft_files){
                                 .script = files[0],
                                 .output = files[1],
                                 .errors = files[2],
                                 .lock = files[3],
                             });
}

int cnft_prepare(void)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return errno;
    pid_t child = cnft_fork();
    if (child == 0) {
        close(pair[0]);
        wait_for_run(pair[1]);
    }
    int error = errno;
    close(pair[1]);
    if (child < 0) {
        close(pair[0]);
        return error;
    }
    waiting_process = child;
    waiting_for = gettid();
    int before = atomic_exchange(&waiting_socket, pair[0]);
    if (before >= 0)
        close(before);
    return 0;
}

pid_t cnft_hand_over(enum cnft_format format, struct cnft_files files)
{
    if (atomic_load(&waiting_socket) < 0 || waiting_for != gettid())
        return -1;
    int socket = atomic_exchange(&waiting_socket, -1);
    if (socket < 0)
        return -1;
    pid_t process = waiting_process;
    struct order order = {.format = format, .has_lock = files.lock >= 0};
    int descriptors[MOST_FILES] = {files.script, files.output, files.errors, files.lock};
    size_t size = (order.has_lock ? 4 : 3) * sizeof(int);
    union control control = {0};
    struct iovec text = {.iov_base = &order, .iov_len = sizeof order};
    struct mmsghdr message = {
        .msg_hdr = {
            .msg_iov = &text,
            .msg_iovlen = 1,
            .msg_control = &control,
            .msg_controllen = CMSG_SPACE(size),
        },
    };
    control.header.cmsg_level = SOL_SOCKET;
    control.header.cmsg_type = SCM_RIGHTS;
    control.header.cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(&control.header), descriptors, size);
    /* Not sendmsg(2): in a trace of a run, that call marks where the kernel gets the transaction. */
    int sent;
    do
        sent = sendmmsg(socket, &message, 1, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    close(socket);
    /* A process that could not be reached has done nothing, and has ended or is about to end. */
    return sent == 1 ? process : -1;
}
