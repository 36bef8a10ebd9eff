#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * Two mechanisms end the process with its parent, because each has a gap: it ends when its socket is
 * closed, but not while it is stopped; and the kernel kills it when the thread that forked it ends.
 */
__attribute__((noreturn)) static void hold(struct cnft_files files, pid_t parent)
{
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        _exit(CHILD_UNPREPARED);
    cnft_holding_child(files);
}

static int wait_for(pid_t process)
{
    int status;
    while (waitpid(process, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    return 0;
}

/* Starts the process; returns 0, or -1 with errno and result->failed_call. */
static int start(struct cnft_files files, struct cnft_holder *holder, struct cnft_result *result)
{
    int pair[2];
    result->failed_call = "socketpair";
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return -1;
    cnft_keep_child_status();
    pid_t parent = getpid();
    result->failed_call = "fork";
    pid_t child = cnft_fork();
    if (child == 0) {
        close(pair[0]);
        files.lock = pair[1];
        hold(files, parent);
    }
    int error = errno;
    close(pair[1]);
    if (child < 0) {
        close(pair[0]);
        errno = error;
        return -1;
    }
    *holder = (struct cnft_holder){.process = child, .socket = pair[0]};
    return 0;
}

static int hold_with_files(const char *script, size_t length, struct cnft_files *files,
                           struct cnft_holder *holder, struct cnft_result *result)
{
    if (cnft_open_files(script, length, files, result) != 0 ||
        start(*files, holder, result) != 0)
        return -1;
    char byte;
    ssize_t count;
    do
        count = read(holder->socket, &byte, 1);
    while (count < 0 && errno == EINTR);
    if (count == 1) {
        result->end = CNFT_DONE;
        return cnft_read_results(*files, result);
    }
    close(holder->socket);
    pid_t process = holder->process;
    *holder = (struct cnft_holder){.socket = -1};
    return cnft_collect(process, *files, result);
}

int cnft_hold(const char *script, size_t length, struct cnft_holder *holder,
              struct cnft_result *result)
{
    *result = (struct cnft_result){0};
    *holder = (struct cnft_holder){.socket = -1};
    struct cnft_files files = {.script = -1, .output = -1, .errors = -1, .lock = -1};
    int error = hold_with_files(script, length, &files, holder, result) == 0 ? 0 : errno;
    cnft_close_files(files);
    if (error != 0) {
        cnft_release(holder);
        cnft_free(result);
    }
    return error;
}

void cnft_release(struct cnft_holder *holder)
{
    if (holder->process <= 0)
        return;
    close(holder->socket);
    /* The process has nothing to finish, and may be stopped, so only SIGKILL ends it for certain. */
    kill(holder->process, SIGKILL);
    wait_for(holder->process);
    *holder = (struct cnft_holder){.socket = -1};
}
