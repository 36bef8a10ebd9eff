#pragma once

/*
 * System calls that only tests need, all about the calling thread alone. They return 0 or an errno.
 */

/* The calling thread's number, under which the kernel knows its namespaces (gettid(2)). */
int ctest_thread_id(void);

/* Brings the loopback device up (netdevice(7)). */
int ctest_raise_loopback(void);

/* Waits until a device can send (IFF_RUNNING); ETIMEDOUT after thirty seconds. */
int ctest_await_device(const char *name);

/*
 * Puts an empty directory in the place of one, for this thread's eyes only (mount(2)); what it saw
 * before is kept in a descriptor.
 */
int ctest_cover_directory(const char *path, int *before);

/* Lets the thread see what it saw before (setns(2)). */
int ctest_uncover(int before);

/* Puts a cgroup v2 hierarchy at a path, for this thread's eyes only; as ctest_cover_directory. */
int ctest_show_cgroups(const char *path, int *before);

/*
 * The user and group to whom the sockets belong that this thread opens from now on (setfsuid(2)).
 * EPERM where it may not be anybody else.
 */
int ctest_act_as(unsigned user, unsigned group);

/* Opens a socket that hears what is logged to an nflog group in this network namespace. */
int ctest_listen_to_log(unsigned short group, int *socket);

/*
 * Waits for the next line of the log, at most so many milliseconds, and writes its prefix, ended by
 * a zero. ETIMEDOUT where there is none.
 */
int ctest_next_log_prefix(int socket, int milliseconds, char *prefix, unsigned size);

/* Gives up every capability (capabilities(7)). */
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
