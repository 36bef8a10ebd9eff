#pragma once

#include "CNftables.h"

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
void cnft_child(const char *script, enum cnft_format format, struct cnft_files files)
    __attribute__((noreturn));
