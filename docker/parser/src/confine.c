#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NOBODY = 65534 };

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "confine.c knows x86-64 and aarch64 only"
#endif

#define ALLOW(call) \
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (call), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)

static int filter_calls(void) {
    struct sock_filter rules[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
            ALLOW(SYS_read),
            ALLOW(SYS_write),
            ALLOW(SYS_setitimer),
            ALLOW(SYS_madvise),
            ALLOW(SYS_rt_sigreturn),
            ALLOW(SYS_rt_sigprocmask),
            ALLOW(SYS_restart_syscall),
            ALLOW(SYS_exit),
            ALLOW(SYS_exit_group),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    struct sock_fprog program = {.len = sizeof rules / sizeof rules[0], .filter = rules};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static int limit(int resource, rlim_t most) {
    struct rlimit both = {most, most};
    return setrlimit((__rlimit_resource_t)resource, &both);
}

// The kernel should take this process before any other; where it may not be asked for that, it is no matter.
static void offer_to_the_kernel(void) {
    int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (file < 0) return;
    ssize_t written = write(file, "1000", 4);
    (void)written;
    close(file);
}

static rlim_t mapped_bytes(void) {
    char text[64] = {0};
    int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    ssize_t got = read(file, text, sizeof text - 1);
    close(file);
    return got <= 0 ? 0 : strtoul(text, NULL, 10) * (rlim_t)sysconf(_SC_PAGESIZE);
}

const char *confine(size_t spare) {
    offer_to_the_kernel();
    rlim_t mapped = mapped_bytes();
    if (chdir("/") != 0) return "its folder";
    // Less than a page writes no core; at 0 a pipe as core_pattern would start its helper all the same.
    if (limit(RLIMIT_CORE, 1) != 0 || limit(RLIMIT_NPROC, 0) != 0 || limit(RLIMIT_FSIZE, 0) != 0) return "limits";
    if (mapped != 0 && limit(RLIMIT_AS, mapped + spare) != 0) return "memory";
    if (geteuid() == 0 && (setgroups(0, NULL) != 0 || setresgid(NOBODY, NOBODY, NOBODY) != 0 ||
                         setresuid(NOBODY, NOBODY, NOBODY) != 0)) {
        return "its user";
    }
    if (close_range(3, ~0U, 0) != 0 && errno != ENOSYS) return "open files";
    if (limit(RLIMIT_NOFILE, 3) != 0) return "open files";
    if (prctl(PR_SET_DUMPABLE, 0) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "privileges";
    return filter_calls() == 0 ? NULL : "calls of the system";
}
