/* What the kernel says, as init reads it: control groups of both versions and the tables of sockets, from files. */
#define _GNU_SOURCE
#include "../src/cgroup.h"
#include "../src/channel.h"
#include "../src/sockets.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failures;
static jmp_buf died;

_Noreturn void die(const char *why) {
    (void)why;
    longjmp(died, 1);
}

static void is(uint64_t actual, uint64_t expected, const char *what) {
    if (actual != expected) {
        failures++;
        fprintf(stderr, "FAILED %s: %llu instead of %llu\n", what, (unsigned long long)actual, (unsigned long long)expected);
    }
}

static void file(const char *path, const char *content) {
    FILE *made = fopen(path, "w");
    if (made == NULL || fputs(content, made) < 0 || fclose(made) != 0) {
        perror(path);
        exit(2);
    }
}

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *at) {
    (void)found, (void)kind, (void)at;
    return remove(path);
}

static void version_two(void) {
    file("groups/cpu.stat", "usage_usec 123456\nuser_usec 100000\nsystem_usec 23456\n");
    file("groups/memory.current", "1048576\n");
    file("groups/memory.events", "low 0\nhigh 0\nmax 17\noom 3\noom_kill 2\noom_group_kill 1\n");
    file("groups/pids.current", "5\n");
    file("groups/pids.events", "max 9\n");
    is((uint64_t)cgroup_open(), 2, "version");
    is(cgroup_cpu_micros(), 123456, "cpu.stat");
    is(cgroup_memory_bytes(), 1048576, "memory.current");
    is(cgroup_memory_peak_bytes(), 0, "memory.peak, which kernels before 5.19 do not have");
    is(cgroup_oom_kills(), 2, "oom_kill, neither oom nor oom_group_kill");
    is(cgroup_pids(), 5, "pids.current");
    is(cgroup_pids_refused(), 9, "pids.events");
    is(cgroup_counts_sockets(), 1, "sockets are in memory.current");
    /* Counters are read anew each time; one that has grown longer, and one that ends too soon. */
    file("groups/memory.current", "18446744073709551615\n");
    is(cgroup_memory_bytes(), UINT64_MAX, "the largest number");
    file("groups/memory.events", "low 0\n");
    is(cgroup_oom_kills(), 0, "a key that is not there");
    file("groups/memory.peak", "2097152\n");
    cgroup_open();
    is(cgroup_memory_peak_bytes(), 2097152, "memory.peak");
    unlink("groups/pids.events");
    if (setjmp(died) == 0) {
        cgroup_open();
        is(0, 1, "ends where pids are not counted");
    }
}

static void version_one(void) {
    int ignored = mkdir("groups/cpuacct", 0755) | mkdir("groups/memory", 0755) | mkdir("groups/pids", 0755);
    file("groups/cpuacct/cpuacct.usage", "987654321\n");
    file("groups/memory/memory.usage_in_bytes", "4096\n");
    file("groups/memory/memory.max_usage_in_bytes", "8192\n");
    file("groups/memory/memory.limit_in_bytes", "67108864\n");
    file("groups/memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 1\noom_kill 4\n");
    file("groups/pids/pids.current", "3\n");
    file("groups/pids/pids.events", "max 0\n");
    is(ignored == 0 ? (uint64_t)cgroup_open() : 0, 1, "version");
    is(cgroup_cpu_micros(), 987654, "cpuacct.usage");
    is(cgroup_memory_bytes(), 4096, "memory.usage_in_bytes");
    is(cgroup_memory_peak_bytes(), 8192, "memory.max_usage_in_bytes");
    is(cgroup_memory_limit_bytes(), 67108864, "memory.limit_in_bytes");
    is(cgroup_oom_kills(), 4, "memory.oom_control, neither oom_kill_disable nor under_oom");
    is(cgroup_counts_sockets(), 0, "sockets are not in memory.usage_in_bytes");
}

static void process(const char *pid, const char *stat, int threads) {
    char path[128];
    int ignored = snprintf(path, sizeof path, "processes/%s", pid) | mkdir(path, 0755);
    ignored |= snprintf(path, sizeof path, "processes/%s/task", pid) | mkdir(path, 0755);
    for (int i = 0; i < threads; i++) {
        ignored |= snprintf(path, sizeof path, "processes/%s/task/%d", pid, i) | mkdir(path, 0755);
    }
    (void)ignored;
    snprintf(path, sizeof path, "processes/%s/stat", pid);
    file(path, stat);
}

/* After version_one: in a folder without groups. */
static void counted(void) {
    if (rename("groups", "no-groups") != 0 || mkdir("processes", 0755) != 0) {
        exit(2);
    }
    file("processes/meminfo", "MemTotal:         102400 kB\nMemFree:           90916 kB\nMapped:             7096 kB\n");
    process("1", "1 (init) S 0 1 1 0 0 0 0 0 0 0 5 4 30 11 20 0 1 0 19 142913536", 1);
    process("22", "22 (a) b (c) 99) R 1 1 1 0 0 0 0 0 0 0 100 50 0 0 20 0 3 0 19 1", 3);
    process("23", "", 0);
    process("self", "1 (init) S 0 1 1 0 0 0 0 0 0 0 9000 4 30 11 20 0 1 0 19 1", 9);
    if (setjmp(died) == 0) {
        cgroup_open();
        is(0, 1, "ends where the host did not ask it to count itself");
    }
    setenv("SANDMILL_COUNTED", "67108864 70", 1);
    is((uint64_t)cgroup_open(), 0, "version");
    is(cgroup_enforces(), 0, "nobody keeps the limits for it");
    is(cgroup_pids(), 5, "one, three threads, and one that is dead");
    is(cgroup_memory_bytes(), (102400 - 90916 - 7096) * 1024, "meminfo");
    is(cgroup_memory_limit_bytes(), 67108864, "what the host said");
    is(cgroup_pids_limit(), 70, "what the host said");
    uint64_t tick = 1000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    is(cgroup_cpu_micros(), 200 * tick, "times, behind a name with brackets");
    file("processes/22/stat", "");
    is(cgroup_cpu_micros(), 200 * tick, "time that was used stays used");
    setenv("SANDMILL_COUNTED", "70", 1);
    if (setjmp(died) == 0) {
        cgroup_open();
        is(0, 1, "ends where a bound is missing");
    }
}

static void sockets(void) {
    static const char tcp[] = "  1: 0100007F:C350 0100007F:1F90 01 %s 00:00000000 00000000 100000 0 1 1 0 20 4 30 10 -1\n";
    static const struct {
        const char *queues;
        uint64_t bytes;
    } rows[] = {
        {"00000000:00000000", 0},      {"00000001:00000000", 131072}, {"00000001:00000001", 262144},
        {"00020000:00000000", 131072}, {"00400000:00000000", 4194304},
    };
    char line[256];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        snprintf(line, sizeof line, tcp, rows[i].queues);
        is(sockets_line_bytes(line, 1), rows[i].bytes, line);
    }
    is(sockets_line_bytes("  0: 0100007F:1F90 00000000:0000 0A 00000080:00000040 00:00000000 0 0 0 1\n", 1), 0, "listening");
    is(sockets_line_bytes("  0: 00000000000000000000000001000000:1F90 00000000000000000000000001000000:0001 01 "
                          "00000000:00000005 00:00000000 0 0 0 1\n", 1), 131072, "IPv6");
    is(sockets_line_bytes(" 42: 0100007F:1F90 00000000:0000 07 00000100:00034000 00:00000000 0 0 0 1\n", 0), 0x34100, "UDP");
    is(sockets_line_bytes("  sl  local_address rem_address   st tx_queue rx_queue tr tm->when\n", 1), 0, "the heading");
    is(sockets_line_bytes("", 1) + sockets_line_bytes("  0: zz", 1), 0, "no line");
}

int main(void) {
    char base[] = "/tmp/sandmill-counters.XXXXXX";
    if (mkdtemp(base) == NULL || chdir(base) != 0 || mkdir("groups", 0755) != 0) {
        return 2;
    }
    version_two();
    version_one();
    counted();
    sockets();
    if (chdir("/") == 0) {
        nftw(base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    printf("counters: %d failures\n", failures);
    return failures != 0;
}
