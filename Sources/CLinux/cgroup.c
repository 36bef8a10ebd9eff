#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <linux/magic.h>
#include <sys/vfs.h>

int clinux_cgroup2_at(const char *path)
{
    struct statfs system;
    if (statfs(path, &system) != 0)
        return errno;
    return system.f_type == CGROUP2_SUPER_MAGIC ? 0 : ENOTSUP;
}
