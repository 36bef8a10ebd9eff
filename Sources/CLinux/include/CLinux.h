#pragma once

#include <signal.h>

/*
 * The system calls and constants of Linux that Swift's Glibc module does not have. Each function
 * returns 0 or an errno.
 */

/* Moves the calling thread into the network namespace of a file such as /proc/1/ns/net (setns(2)). */
int clinux_netns_enter(const char *path);

/* Moves the calling thread into a new, empty network namespace (unshare(2)). */
int clinux_netns_unshare(void);

/* Checks that a cgroup v2 hierarchy is mounted at a path (statfs(2)); ENOTSUP if it is not. */
int clinux_cgroup2_at(const char *path);

/*
 * Opens an entry of a directory without reading it, waking a device or following a link (O_PATH and
 * O_NOFOLLOW, openat(2)).
 */
int clinux_open_entry(int directory, const char *name, int *entry);

/* Checks whether an open file or link belongs to a procfs, at any mount point (fstatfs(2)). */
int clinux_is_in_proc(int file, int *is_in_proc);

/* Checks whether an open file belongs to a file system of a user's program (FUSE, fstatfs(2)). */
int clinux_is_in_fuse(int file, int *is_in_fuse);

/*
 * Opens a file from which the signals of a set can be read, 128 bytes each, which begin with the signal's
 * number (signalfd(2)). It never waits, and is closed when another program is executed.
 */
int clinux_signal_file(const sigset_t *signals, int *file);

/* Opens a file that is only in memory, and is closed when another program is executed (memfd_create(2)). */
int clinux_memory_file(int *file);
