#pragma once

#include <stddef.h>
#include <sys/types.h>

/* The output format of libnftables. */
enum cnft_format {
    CNFT_TEXT,
    CNFT_JSON,
    /* From a run in a new, empty network namespace (unshare(2)), which ends with the run. */
    CNFT_TEXT_ALONE,
    CNFT_JSON_ALONE,
};

/* How the process of libnftables ended. */
enum cnft_end {
    /* All commands were executed. */
    CNFT_DONE,
    /* libnftables refused the script; `errors` has the reasons. */
    CNFT_REFUSED,
    /* libnftables, or the code that prepares its process, called exit(3); `number` is the status. */
    CNFT_EXITED,
    /* A signal killed the process; `number` is the signal. */
    CNFT_KILLED,
};

struct cnft_result {
    enum cnft_end end;
    int number;
    /* The listing; a NUL follows, which the length does not count. */
    char *output;
    size_t output_length;
    /* The complaints, from all its other streams; a NUL follows here, too. */
    char *errors;
    size_t errors_length;
    /* The system call that failed if cnft_run returns an errno; static text. */
    const char *failed_call;
};

/* The path of the script in the complaints of libnftables. */
extern const char *const cnft_script_path;

/*
 * Starts the process of the next run in advance; it waits for that run.
 *
 * A fork takes longer if the parent has more memory. The run must be in the thread and in the network
 * namespace of this call. Returns 0 or an errno; on failure, the run starts its process itself.
 */
int cnft_prepare(void);

/*
 * Runs a script of nft commands as one transaction, in a process of its own (libnftables(3)).
 *
 * A NUL must follow the script, which `length` does not count. `lock_fd` is a descriptor that stays
 * open until that process ends, or -1. Returns 0 and a result that cnft_free must free, or the errno
 * of the call without which libnftables could not run.
 */
int cnft_run(const char *script, size_t length, enum cnft_format format, int lock_fd,
             struct cnft_result *result);

/* A process that owns a table as long as it lives. */
struct cnft_holder {
    pid_t process;
    int socket;
};

/*
 * Runs a script as cnft_run does, in a process that stays after the run: the kernel deletes a table
 * with `flags owner` when the netlink socket that created it is closed (NFT_TABLE_F_OWNER).
 *
 * The process ends by cnft_release, or when the calling process ends for any reason; all signals are
 * blocked in it. If `end` is not CNFT_DONE, no process stays, and `holder` is empty.
 */
int cnft_hold(const char *script, size_t length, struct cnft_holder *holder,
              struct cnft_result *result);

/* Ends the process of a holder; returns when its table is deleted. */
void cnft_release(struct cnft_holder *holder);

/* Frees the texts of a result. */
void cnft_free(struct cnft_result *result);

/* The name of a signal without "SIG", or NULL (sigabbrev_np(3)). */
const char *cnft_signal_name(int number);
