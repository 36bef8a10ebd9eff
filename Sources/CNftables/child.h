#pragma once

#include "CNftables.h"

#include <sys/types.h>

/* Statuses with which our own code leaves; far from libnftables' own (2: no memory, 3: no netlink).
 */
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

/* What the forked process does; never returns. */
void cnft_child(enum cnft_format format, struct cnft_files files) __attribute__((noreturn));

/*
 * The same, but after a run that succeeded it says so on the socket that stands in the place of the
 * lock, and stays until the other end of that socket is closed.
 */
void cnft_holding_child(struct cnft_files files) __attribute__((noreturn));

/* Opens the files of a run and writes the script; 0, or -1 with errno and the call that failed. */
int cnft_open_files(const char *script, size_t length, struct cnft_files *files,
                    struct cnft_result *result);

/* Waits for a process of a run and reads what it left; 0, or -1 with errno and the call. */
int cnft_collect(pid_t child, struct cnft_files files, struct cnft_result *result);

/* Reads what the process of a run left; 0, or -1 with errno and the call. */
int cnft_read_results(struct cnft_files files, struct cnft_result *result);

/* Closes the files of a run that are the run's own. */
void cnft_close_files(struct cnft_files files);

/* Where SIGCHLD is ignored, the kernel throws the status of a child away. */
void cnft_keep_child_status(void);

/* Reads a file from its beginning to its end, and a NUL behind it; -1 with errno if it can't. */
int cnft_read_whole(int fd, char **bytes, size_t *length);

/*
 * Forks a process that is born with every signal blocked and stays so: a ^C goes to all processes of
 * the terminal, and a child that it killed after the commit would look like one that failed. Faults
 * and abort(3) kill all the same.
 */
pid_t cnft_fork(void);

/* Hands a run to the process that waits for one. Returns its number, or -1 where none waits. */
pid_t cnft_hand_over(enum cnft_format format, struct cnft_files files);
