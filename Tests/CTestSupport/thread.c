#define _GNU_SOURCE
#include "CTestSupport.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/if.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int ctest_thread_id(void)
{
    return (int)syscall(SYS_gettid);
}

int ctest_raise_loopback(void)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int error = ioctl(fd, SIOCSIFFLAGS, &request) == 0 ? 0 : errno;
    close(fd);
    return error;
}

int ctest_await_device(const char *name)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    struct ifreq request = {0};
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    int error = ETIMEDOUT;
    for (int tries = 0; tries < 30000 && error == ETIMEDOUT; tries++) {
        if (ioctl(fd, SIOCGIFFLAGS, &request) != 0)
            error = errno;
        else if (request.ifr_flags & IFF_RUNNING)
            error = 0;
        else
            usleep(1000);
    }
    close(fd);
    return error;
}

/* What is mounted from now on, this thread alone sees. */
static int begin_to_cover(int *before)
{
    *before = open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC);
    if (*before < 0 || unshare(CLONE_NEWNS) != 0)
        return errno;
    return mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 ? 0 : errno;
}

int ctest_cover_directory(const char *path, int *before)
{
    int error = begin_to_cover(before);
    if (error != 0)
        return error;
    return mount("tmpfs", path, "tmpfs", 0, NULL) == 0 ? 0 : errno;
}

int ctest_show_cgroups(const char *path, int *before)
{
    int error = begin_to_cover(before);
    if (error != 0)
        return error;
    /* The kernel refuses a hierarchy that is there already a second time in the same place. */
    umount2(path, MNT_DETACH);
    return mount("cgroup2", path, "cgroup2", 0, NULL) == 0 ? 0 : errno;
}

int ctest_uncover(int before)
{
    int error = setns(before, CLONE_NEWNS) == 0 ? 0 : errno;
    close(before);
    return error;
}

int ctest_drop_capabilities(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct none[2] = {{0}};
    return syscall(SYS_capset, &header, none) == 0 ? 0 : errno;
}

int ctest_refuse_libmnl_sockets(enum ctest_refusal refusal)
{
    unsigned verdict =
        refusal == CTEST_KILL ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | EMFILE;
    struct sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 5),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1])),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SOCK_RAW, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, verdict),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {.len = sizeof filter / sizeof filter[0], .filter = filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return errno;
    return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0 ? 0 : errno;
}
