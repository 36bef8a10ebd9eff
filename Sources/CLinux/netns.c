#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
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
