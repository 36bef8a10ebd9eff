#pragma once

#include <stddef.h>
#include <sys/types.h>

/* How libnftables prints what it lists. */
enum cnft_format {
    CNFT_TEXT,
    CNFT_JSON,
    /* JSON, of a run in a network namespace that nobody else is in (unshare(2)). */
    CNFT_JSON_ALONE,
};

/* How the process in which libnftables ran came to its end. */
enum cnft_end {
    /* Every command was carried out. */
    CNFT_DONE,
    /* libnftables refused, and `errors` says why. */
    CNFT_REFUSED,
    /* libnftables, or what prepares its process, called exit(3); `number` is the status. */
    CNFT_EXITED,
    /* A signal ended it; `number` is the signal's. */
    CNFT_KILLED,
};

struct cnft_result {
    enum cnft_end end;
    int number;
    /* What libnftables listed; ends in a NUL that the length does not count. */
    char *output;
    size_t output_length;
    /* What it complained of, on its error stream and on the standard streams; the same. */
    char *errors;
    size_t errors_length;
    /* The system call that failed when cnft_run returned an errno; static text. */
    const char *failed_call;
};

/* What libnftables puts before each complaint about a line of the script. */
extern const char *const cnft_script_path;

/*
 * Starts the process of the next run already, where it waits.
 *
 * A process that forks later has as much memory as its parent then, and the kernel as much to copy.
 * The run must take place in the thread, and in the network namespace, of this call. Returns 0 or an errno; without such a
 * process, the run starts one for itself.
 */
int cnft_prepare(void);

/*
 * Runs one script of nft commands, one transaction, in a process of its own (libnftables(3)).
 *
 * The script ends in a NUL that `length` does not count. `lock_fd` is a descriptor that stays open
 * until that process ends, or -1. Returns 0 with a result to be freed by cnft_free, or the errno
 * of the call that kept libnftables from running at all.
 */
int cnft_run(const char *script, size_t length, enum cnft_format format, int lock_fd,
             struct cnft_result *result);

/* A process that has what its run made for as long as it lives. */
struct cnft_holder {
    pid_t process;
    int socket;
};

/*
 * Runs one script as cnft_run does, in a process that stays when the run is done: a table with
 * `flags owner` lives as long as the netlink socket that made it (NFT_TABLE_F_OWNER).
 *
 * The process ends by cnft_release, or when the calling process ends, however it does; it hears no
 * signal but SIGKILL. Where `end` is not CNFT_DONE, nothing stays, and `holder` holds nothing.
 */
int cnft_hold(const char *script, size_t length, struct cnft_holder *holder,
              struct cnft_result *result);

/* Ends the process of a holder; when this returns, what it had is gone. */
void cnft_release(struct cnft_holder *holder);

/* Frees what a result holds. */
void cnft_free(struct cnft_result *result);

/* The name of a signal without its SIG, or NULL (sigabbrev_np(3)). */
const char *cnft_signal_name(int number);
