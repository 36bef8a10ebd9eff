#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/vfs.h>

int clinux_open_entry(int directory, const char *name, int *entry)
{
    /* Only what is asked for as a directory is mounted by an automounter. */
    *entry = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | O_DIRECTORY);
    if (*entry < 0 && errno == ENOTDIR)
        *entry = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
    return *entry < 0 ? errno : 0;
}

/* FUSE_SUPER_MAGIC of the kernel's fs/fuse/inode.c, which no header gives. */
static const long fuse_super_magic = 0x65735546;

int clinux_is_in_fuse(int file, int *is_in_fuse)
{
    struct statfs system;
    if (fstatfs(file, &system) != 0)
        return errno;
    *is_in_fuse = system.f_type == fuse_super_magic;
    return 0;
}

int clinux_is_in_proc(int file, int *is_in_proc)
{
    struct statfs system;
    if (fstatfs(file, &system) != 0)
        return errno;
    *is_in_proc = system.f_type == PROC_SUPER_MAGIC;
    return 0;
}
