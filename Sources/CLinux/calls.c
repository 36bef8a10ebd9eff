#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/vfs.h>
#include <unistd.h>

int clinux_netns_enter(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return errno;
    int error = setns(fd, CLONE_NEWNET) == 0 ? 0 : errno;
    close(fd);
    return error;
}

int clinux_netns_unshare(void)
{
    return unshare(CLONE_NEWNET) == 0 ? 0 : errno;
}

int clinux_open_entry(int directory, const char *name, int *entry)
{
    /* An automounter mounts a directory only if it is opened as a directory. */
    *entry = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | O_DIRECTORY);
    if (*entry < 0 && errno == ENOTDIR)
        *entry = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return *entry < 0 ? errno : 0;
}

/* FUSE_SUPER_MAGIC in the kernel's fs/fuse/inode.c; no header has it. */
static const long fuse_super_magic = 0x65735546;

static int is_in(int file, long magic, int *result)
{
    struct statfs system;
    if (fstatfs(file, &system) != 0)
        return errno;
    *result = system.f_type == magic;
    return 0;
}

int clinux_is_in_fuse(int file, int *is_in_fuse)
{
    return is_in(file, fuse_super_magic, is_in_fuse);
}

int clinux_is_in_proc(int file, int *is_in_proc)
{
    return is_in(file, PROC_SUPER_MAGIC, is_in_proc);
}

int clinux_cgroup2_at(const char *path)
{
    struct statfs system;
    if (statfs(path, &system) != 0)
        return errno;
    return system.f_type == CGROUP2_SUPER_MAGIC ? 0 : ENOTSUP;
}

int clinux_signal_file(const sigset_t *signals, int *file)
{
    *file = signalfd(-1, signals, SFD_NONBLOCK | SFD_CLOEXEC);
    return *file < 0 ? errno : 0;
}

int clinux_memory_file(int *file)
{
    *file = memfd_create("redirctl", MFD_CLOEXEC);
    return *file < 0 ? errno : 0;
}
