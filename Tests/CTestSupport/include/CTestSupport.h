#pragma once

/*
 * System calls that only tests need, all about the calling thread alone. They return 0 or an errno.
 */

/* The calling thread's number, under which the kernel knows its namespaces (gettid(2)). */
int ctest_thread_id(void);

/* Brings the loopback device up (netdevice(7)). */
int ctest_raise_loopback(void);

/* Waits until a device can send (IFF_RUNNING); ETIMEDOUT after five seconds. */
int ctest_await_device(const char *name);

/* Gives up every capability (capabilities(7)). */
int ctest_drop_capabilities(void);

/*
 * What becomes of a thread that opens a netlink socket the way libmnl does, and not the way CLinux
 * does, which closes it on exec.
 */
enum ctest_refusal {
    CTEST_EMFILE,
    CTEST_KILL,
};

/* Refuses libnftables its netlink sockets (seccomp(2)). */
int ctest_refuse_libmnl_sockets(enum ctest_refusal refusal);
