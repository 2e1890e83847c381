/*
 * What the kernel counted for this container: cgroup v1 and v2, read from inside, read-only. Where it shows neither and
 * the host asked for that, what init counts itself.
 */
#ifndef SANDMILL_CGROUP_H
#define SANDMILL_CGROUP_H

#include <stdbool.h>
#include <stdint.h>

/* 1 or 2, or 0 where init counts itself; ends init where nothing shows cpu, memory and pids. */
int cgroup_open(void);
uint64_t cgroup_cpu_micros(void);
uint64_t cgroup_memory_bytes(void);
/* Whether the kernel keeps the limits of memory and pids; else init has to, by looking. */
bool cgroup_enforces(void);
/* Whether what sockets hold is part of cgroup_memory_bytes. */
bool cgroup_counts_sockets(void);
/* Known where that is not so. */
uint64_t cgroup_memory_limit_bytes(void);
/* Highest ever in this container. */
uint64_t cgroup_memory_peak_bytes(void);
uint64_t cgroup_oom_kills(void);
uint64_t cgroup_pids(void);
/* Known where init keeps it. */
uint64_t cgroup_pids_limit(void);
/* Forks refused because of the limit. */
uint64_t cgroup_pids_refused(void);

#endif
