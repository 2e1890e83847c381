#include "cgroup.h"

#include "channel.h"
#include "counted.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef CGROUPS /* tests have folders of their own */
#define CGROUPS "/sys/fs/cgroup"
#endif

static int version;
static int cpu = -1, memory = -1, memory_peak = -1, memory_limit = -1, oom = -1, pids = -1, pids_events = -1;

static int open_any(const char *first, const char *second) {
    int fd = open(first, O_RDONLY | O_CLOEXEC);
    return fd >= 0 || second == NULL ? fd : open(second, O_RDONLY | O_CLOEXEC);
}

int cgroup_open(void) {
    cpu = open_any(CGROUPS "/cpuacct/cpuacct.usage", CGROUPS "/cpu,cpuacct/cpuacct.usage");
    if (cpu >= 0) {
        version = 1;
        memory = open_any(CGROUPS "/memory/memory.usage_in_bytes", NULL);
        memory_peak = open_any(CGROUPS "/memory/memory.max_usage_in_bytes", NULL);
        memory_limit = open_any(CGROUPS "/memory/memory.limit_in_bytes", NULL);
        oom = open_any(CGROUPS "/memory/memory.oom_control", NULL);
        pids = open_any(CGROUPS "/pids/pids.current", NULL);
        pids_events = open_any(CGROUPS "/pids/pids.events", NULL);
    } else {
        version = 2;
        cpu = open_any(CGROUPS "/cpu.stat", NULL);
        memory = open_any(CGROUPS "/memory.current", NULL);
        memory_peak = open_any(CGROUPS "/memory.peak", NULL);
        oom = open_any(CGROUPS "/memory.events", NULL);
        pids = open_any(CGROUPS "/pids.current", NULL);
        pids_events = open_any(CGROUPS "/pids.events", NULL);
    }
    bool shown = cpu >= 0 && memory >= 0 && oom >= 0 && pids >= 0 && pids_events >= 0;
    if (!shown && counted_open()) {
        version = 0;
        return version;
    }
    if (!shown) {
        die("sandmill-init: no cgroup with cpu, memory and pids under /sys/fs/cgroup\n");
    }
    return version;
}

/* The number after `key` at the start of a line, or the first number when `key` is empty. */
static uint64_t number(int fd, const char *key) {
    char text[4096];
    ssize_t got = fd < 0 ? -1 : pread(fd, text, sizeof text - 1, 0);
    if (got <= 0) {
        return 0;
    }
    text[got] = '\0';
    size_t length = strlen(key);
    for (char *line = text; line != NULL; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, key, length) == 0) {
            return strtoull(line + length, NULL, 10);
        }
    }
    return 0;
}

uint64_t cgroup_cpu_micros(void) {
    switch (version) {
    case 0:
        return counted_cpu_micros();
    case 1:
        return number(cpu, "") / 1000;
    default:
        return number(cpu, "usage_usec ");
    }
}

uint64_t cgroup_memory_bytes(void) { return version == 0 ? counted_memory_bytes() : number(memory, ""); }
bool cgroup_enforces(void) { return version != 0; }
bool cgroup_counts_sockets(void) { return version == 2; }

uint64_t cgroup_memory_limit_bytes(void) {
    if (version == 0) {
        return counted_memory_limit_bytes();
    }
    return memory_limit < 0 ? UINT64_MAX : number(memory_limit, "");
}

uint64_t cgroup_memory_peak_bytes(void) { return number(memory_peak, ""); }
uint64_t cgroup_oom_kills(void) { return number(oom, "oom_kill "); }
uint64_t cgroup_pids(void) { return version == 0 ? counted_pids() : number(pids, ""); }
uint64_t cgroup_pids_limit(void) { return version == 0 ? counted_pids_limit() : UINT64_MAX; }
uint64_t cgroup_pids_refused(void) { return number(pids_events, "max "); }
