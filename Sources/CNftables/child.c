#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <nftables/libnftables.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* The descriptors in the child. */
enum {
    SCRIPT_FD = 0,
    OUTPUT_FD = 3,
    LOCK_FD = 4,
    FIRST_FREE_FD = 5,
};

const char *const cnft_script_path = "/proc/self/fd/0";

/*
 * libnftables calls exit(3) if it gets no memory or no netlink socket. This handler is registered
 * last, so it runs first, and neither the parent's handlers run here nor are its streams written.
 */
static void leave_at_once(int status, void *unused)
{
    (void)unused;
    _exit(status);
}

__attribute__((noreturn)) static void leave_unprepared(int errors, const char *call)
{
    dprintf(errors, "%s: %s\n", call, strerror(errno));
    _exit(CHILD_UNPREPARED);
}

/* The parent's handlers are not meant for this process. */
static void reset_signal_handlers(void)
{
    for (int number = 1; number < NSIG; number++)
        signal(number, SIG_DFL);
}

static void close_from(int first)
{
    if (close_range((unsigned)first, ~0U, 0) == 0)
        return;
    for (int fd = getdtablesize() - 1; fd >= first; fd--)
        close(fd);
}

/*
 * Closes all descriptors of the parent except the files of this run: libnftables calls select(2),
 * which aborts on a descriptor above 1023.
 */
static void arrange_files(struct cnft_files files)
{
    /* First to high descriptors: if the parent has no standard streams, the files have low ones. */
    int script = fcntl(files.script, F_DUPFD, FIRST_FREE_FD);
    int output = fcntl(files.output, F_DUPFD, FIRST_FREE_FD);
    int errors = fcntl(files.errors, F_DUPFD, FIRST_FREE_FD);
    int lock = files.lock < 0 ? -1 : fcntl(files.lock, F_DUPFD, FIRST_FREE_FD);
    if (script < 0 || output < 0 || errors < 0 || (files.lock >= 0 && lock < 0))
        leave_unprepared(files.errors, "fcntl(F_DUPFD)");
    if (dup2(script, SCRIPT_FD) < 0 || dup2(errors, STDOUT_FILENO) < 0 ||
        dup2(errors, STDERR_FILENO) < 0 || dup2(output, OUTPUT_FD) < 0)
        leave_unprepared(errors, "dup2");
    /*
     * The lock is held as long as any process has its descriptor. So if the parent is killed during
     * the transaction, the next run still waits until this one is done.
     */
    if (lock < 0)
        close(LOCK_FD);
    else if (dup2(lock, LOCK_FD) < 0)
        leave_unprepared(errors, "dup2");
    close_from(FIRST_FREE_FD);
}

/*
 * A transaction must fit into the socket's send buffer. Up to 1.0.7, libnftables can raise its size
 * only with CAP_NET_ADMIN in the initial user namespace.
 */
static void raise_send_buffer(void)
{
    for (int fd = LOCK_FD; fd < FIRST_FREE_FD + 8; fd++) {
        int domain = 0;
        socklen_t size = sizeof domain;
        if (getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 && domain == AF_NETLINK) {
            int bytes = 1 << 29;
            setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof bytes);
        }
    }
}

static int run(struct nft_ctx *context)
{
    /* From a file, because complaints about a buffer have no line numbers. If /proc is not mounted, a
     * run without line numbers is better than no run. */
    if (access(cnft_script_path, R_OK) == 0)
        return nft_run_cmd_from_filename(context, cnft_script_path);
    char *script;
    size_t length;
    if (cnft_read_whole(SCRIPT_FD, &script, &length) != 0)
        leave_unprepared(STDERR_FILENO, "read");
    return nft_run_cmd_from_buffer(context, script);
}

/* Reports that the run is done, and waits until the other end of the socket is closed. */
static void stay(void)
{
    char byte = 0;
    ssize_t count;
    if (write(LOCK_FD, &byte, 1) != 1)
        return;
    do
        count = read(LOCK_FD, &byte, 1);
    while (count > 0 || (count < 0 && errno == EINTR));
}

/* Needs no privileges if the kernel lets all users create user namespaces. */
static void leave_namespace(void)
{
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        leave_unprepared(STDERR_FILENO, "unshare");
}

int cnft_is_alone(enum cnft_format format)
{
    return format == CNFT_TEXT_ALONE || format == CNFT_JSON_ALONE;
}

static int is_text(enum cnft_format format)
{
    return format == CNFT_TEXT || format == CNFT_TEXT_ALONE;
}

__attribute__((noreturn)) static void work(enum cnft_format format, struct cnft_files files,
                                           int stays)
{
    on_exit(leave_at_once, NULL);
    reset_signal_handlers();
    arrange_files(files);
    if (cnft_is_alone(format))
        leave_namespace();

    struct nft_ctx *context = nft_ctx_new(NFT_CTX_DEFAULT);
    FILE *output = fdopen(OUTPUT_FD, "w");
    if (!context || !output)
        leave_unprepared(STDERR_FILENO, "nft_ctx_new");
    raise_send_buffer();
    /* JSON is for programs, with numbers instead of names; text is for people, without the elements of
     * sets. */
    nft_ctx_output_set_flags(context, NFT_CTX_OUTPUT_HANDLE |
                                          (is_text(format) ? NFT_CTX_OUTPUT_TERSE
                                                           : NFT_CTX_OUTPUT_JSON |
                                                                 NFT_CTX_OUTPUT_NUMERIC_ALL));
    nft_ctx_set_output(context, output);
    nft_ctx_set_error(context, stderr);
    int refused = run(context);
    if (fflush(output) != 0)
        leave_unprepared(STDERR_FILENO, "fflush");
    if (stays && !refused)
        stay();
    _exit(refused ? CHILD_REFUSED : CHILD_DONE);
}

void cnft_child(enum cnft_format format, struct cnft_files files)
{
    work(format, files, 0);
}

void cnft_holding_child(struct cnft_files files)
{
    work(CNFT_TEXT, files, 1);
}
