#pragma once

#include "CNftables.h"

#include <sys/types.h>

/* The exit statuses of our own code; those of libnftables are 2 (no memory) and 3 (no netlink). */
enum {
    CHILD_DONE = 0,
    CHILD_REFUSED = 100,
    CHILD_UNPREPARED = 101,
};

/* The files of one run. */
struct cnft_files {
    int script;
    int output;
    int errors;
    int lock;
};

/* Whether a run has a network namespace of its own. */
int cnft_is_alone(enum cnft_format format);

/* Executes a run in the forked process, and exits. */
void cnft_child(enum cnft_format format, struct cnft_files files) __attribute__((noreturn));

/*
 * Executes a run in the forked process. After success, it reports that on the socket in files.lock,
 * and stays until the other end of that socket is closed.
 */
void cnft_holding_child(struct cnft_files files) __attribute__((noreturn));

/* Opens the files of a run and writes the script; 0, or -1 with errno and result->failed_call. */
int cnft_open_files(const char *script, size_t length, struct cnft_files *files,
                    struct cnft_result *result);

/* Waits for the process of a run and reads its results; 0, or -1 with errno and failed_call. */
int cnft_collect(pid_t child, struct cnft_files files, struct cnft_result *result);

/* Reads the results of a run; 0, or -1 with errno and result->failed_call. */
int cnft_read_results(struct cnft_files files, struct cnft_result *result);

/* Closes the files of a run, except the lock. */
void cnft_close_files(struct cnft_files files);

/* Stops ignoring SIGCHLD: while it is ignored, the kernel discards the status of a child. */
void cnft_keep_child_status(void);

/* Reads a whole file and adds a NUL, which length does not count; 0, or -1 with errno. */
int cnft_read_whole(int fd, char **bytes, size_t *length);

/*
 * Forks a process with all signals blocked: a ^C goes to all processes of the terminal, and a child
 * that it killed after the commit would look like a failed one. Faults and abort(3) still kill it.
 */
pid_t cnft_fork(void);

/* Passes a run to the waiting process. Returns its id, or -1 if no process waits. */
pid_t cnft_hand_over(enum cnft_format format, struct cnft_files files);
