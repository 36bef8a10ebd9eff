#define _GNU_SOURCE
#include "child.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int open_memory_file(const char *name)
{
    return memfd_create(name, MFD_CLOEXEC);
}

static int write_whole(int fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t written = write(fd, bytes, length);
        if (written < 0 && errno != EINTR)
            return -1;
        if (written > 0) {
            bytes += written;
            length -= (size_t)written;
        }
    }
    return 0;
}

int cnft_read_whole(int fd, char **bytes, size_t *length)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return -1;
    size_t size = (size_t)status.st_size;
    size_t done = 0;
    char *buffer = malloc(size + 1);
    if (!buffer)
        return -1;
    while (done < size) {
        ssize_t count = pread(fd, buffer + done, size - done, (off_t)done);
        if (count == 0)
            break;
        if (count > 0) {
            done += (size_t)count;
        } else if (errno != EINTR) {
            free(buffer);
            return -1;
        }
    }
    buffer[done] = '\0';
    *bytes = buffer;
    *length = done;
    return 0;
}

void cnft_keep_child_status(void)
{
    struct sigaction action;
    if (sigaction(SIGCHLD, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
        signal(SIGCHLD, SIG_DFL);
}

pid_t cnft_fork(void)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    if (child == 0)
        return 0;
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = error;
    return child;
}

static pid_t start(enum cnft_format format, struct cnft_files files)
{
    pid_t child = cnft_is_alone(format) ? -1 : cnft_hand_over(format, files);
    if (child < 0)
        child = cnft_fork();
    if (child == 0)
        cnft_child(format, files);
    return child;
}

static void decode(int status, struct cnft_result *result)
{
    if (WIFSIGNALED(status)) {
        result->end = CNFT_KILLED;
        result->number = WTERMSIG(status);
        return;
    }
    result->number = WEXITSTATUS(status);
    switch (result->number) {
    case CHILD_DONE:
        result->end = CNFT_DONE;
        break;
    case CHILD_REFUSED:
        result->end = CNFT_REFUSED;
        break;
    default:
        result->end = CNFT_EXITED;
    }
}

int cnft_open_files(const char *script, size_t length, struct cnft_files *files,
                    struct cnft_result *result)
{
    files->script = open_memory_file("script");
    files->output = open_memory_file("output");
    files->errors = open_memory_file("errors");
    result->failed_call = "memfd_create";
    if (files->script < 0 || files->output < 0 || files->errors < 0)
        return -1;
    result->failed_call = "write";
    return write_whole(files->script, script, length);
}

void cnft_close_files(struct cnft_files files)
{
    int opened[] = {files.script, files.output, files.errors};
    for (int i = 0; i < 3; i++) {
        if (opened[i] >= 0)
            close(opened[i]);
    }
}

int cnft_read_results(struct cnft_files files, struct cnft_result *result)
{
    result->failed_call = "read";
    if (cnft_read_whole(files.output, &result->output, &result->output_length) != 0 ||
        cnft_read_whole(files.errors, &result->errors, &result->errors_length) != 0)
        return -1;
    result->failed_call = NULL;
    return 0;
}

int cnft_collect(pid_t child, struct cnft_files files, struct cnft_result *result)
{
    result->failed_call = "waitpid";
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR)
            return -1;
    }
    decode(status, result);
    return cnft_read_results(files, result);
}

/* Returns 0, or -1 with errno and result->failed_call. */
static int run_with_files(const char *script, size_t length, enum cnft_format format,
                          struct cnft_files *files, struct cnft_result *result)
{
    if (cnft_open_files(script, length, files, result) != 0)
        return -1;
    cnft_keep_child_status();
    result->failed_call = "fork";
    pid_t child = start(format, *files);
    if (child < 0)
        return -1;
    return cnft_collect(child, *files, result);
}

int cnft_run(const char *script, size_t length, enum cnft_format format, int lock_fd,
             struct cnft_result *result)
{
    *result = (struct cnft_result){0};
    struct cnft_files files = {.script = -1, .output = -1, .errors = -1, .lock = lock_fd};
    int error = run_with_files(script, length, format, &files, result) == 0 ? 0 : errno;
    cnft_close_files(files);
    if (error != 0)
        cnft_free(result);
    return error;
}

void cnft_free(struct cnft_result *result)
{
    free(result->output);
    free(result->errors);
    result->output = NULL;
    result->errors = NULL;
}

const char *cnft_signal_name(int number)
{
    return sigabbrev_np(number);
}
