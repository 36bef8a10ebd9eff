#pragma once

/*
 * System calls for tests. All of them affect the calling thread only, and return 0 or an errno.
 */

/* The calling thread's id, which is part of the paths of its namespaces (gettid(2)). */
int ctest_thread_id(void);

/* Sets the loopback device up (netdevice(7)). */
int ctest_raise_loopback(void);

/* Waits until a device can send (IFF_RUNNING); ETIMEDOUT after thirty seconds. */
int ctest_await_device(const char *name);

/*
 * Covers a directory with an empty one, for this thread only (mount(2)). `before` is a descriptor of the
 * thread's previous mount namespace.
 */
int ctest_cover_directory(const char *path, int *before);

/* Moves the thread back into its previous mount namespace (setns(2)). */
int ctest_uncover(int before);

/* Covers a directory with a cgroup v2 hierarchy; otherwise like ctest_cover_directory. */
int ctest_show_cgroups(const char *path, int *before);

/*
 * Sets the user and group of the sockets that this thread opens from now on (setfsuid(2)). EPERM if it
 * may not have another user.
 */
int ctest_act_as(unsigned user, unsigned group);

/* Opens a socket that receives the lines of an nflog group in this network namespace. */
int ctest_listen_to_log(unsigned short group, int *socket);

/*
 * Waits for the next line of the log, and writes its prefix and a NUL. ETIMEDOUT if none comes in time.
 */
int ctest_next_log_prefix(int socket, int milliseconds, char *prefix, unsigned size);

/* Drops all capabilities (capabilities(7)). */
int ctest_drop_capabilities(void);

/*
 * What happens to a thread that opens a netlink socket as libmnl does. The program's own sockets are
 * opened in another way (SOCK_CLOEXEC).
 */
enum ctest_refusal {
    CTEST_EMFILE,
    CTEST_KILL,
};

/* Refuses libnftables its netlink sockets (seccomp(2)). */
int ctest_refuse_libmnl_sockets(enum ctest_refusal refusal);
