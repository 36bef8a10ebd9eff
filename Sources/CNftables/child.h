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
