#pragma once

#include <stdint.h>

/*
 * The few system calls that Swift can't see. All but the constants return 0 or an errno.
 */

/* Asks for the number of transactions committed in this network namespace (NFT_MSG_GETGEN). */
int clinux_nft_generation(uint32_t *generation);

struct clinux_nft_table {
    uint64_t handle;
    /* NFT_TABLE_F_DORMANT: the kernel passes the table's chains by. */
    int is_dormant;
    /* NFT_TABLE_F_OWNER: the table goes when the process that made it goes. */
    int is_owned;
    /* The netlink port of that process's socket. */
    uint32_t owner;
};

/* Asks for an inet table by name (NFT_MSG_GETTABLE); ENOENT where there is none. */
int clinux_nft_table(const char *name, struct clinux_nft_table *table);

/* Asks for a chain of an inet table by name (NFT_MSG_GETCHAIN); ENOENT where there is none. */
int clinux_nft_chain(const char *table, const char *chain);

/* What tells one network namespace from another (namespaces(7)). */
struct clinux_netns {
    uint64_t device;
    uint64_t inode;
};

/* Reads the identity of the namespace that a path such as /proc/1/ns/net refers to (stat(2)). */
int clinux_netns_at(const char *path, struct clinux_netns *identity);

/* Moves the calling thread into the network namespace that a path refers to (setns(2)). */
int clinux_netns_enter(const char *path);

/* Moves the calling thread into a new, empty network namespace (unshare(2)). */
int clinux_netns_unshare(void);

/* Tells whether control groups of version 2 are mounted at a path (statfs(2)); ENOTSUP if not. */
int clinux_cgroup2_at(const char *path);

/*
 * Opens an entry of a directory as what it is: nothing is read, no device wakes up, and a link is not
 * followed (O_PATH and O_NOFOLLOW, openat(2)).
 */
int clinux_open_entry(int directory, const char *name, int *entry);

/* Tells whether an open file or link is one of procfs, wherever that is mounted (fstatfs(2)). */
int clinux_is_in_proc(int file, int *is_in_proc);

/* Tells whether a program serves the filesystem of an open file (FUSE, fstatfs(2)). */
int clinux_is_in_fuse(int file, int *is_in_fuse);
