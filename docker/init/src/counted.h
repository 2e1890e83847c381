/*
 * What init counts itself, where the kernel has no groups: gVisor, whose processes are none of the host's. The bounds are
 * told by the host in SANDMILL_COUNTED, "BYTES PROCESSES"; who is not told does not count.
 */
#ifndef SANDMILL_COUNTED_H
#define SANDMILL_COUNTED_H

#include <stdbool.h>
#include <stdint.h>

/* False where the host did not ask for it, or /proc does not say what there is. */
bool counted_open(void);
uint64_t counted_cpu_micros(void);
uint64_t counted_memory_bytes(void);
/* Processes and threads. */
uint64_t counted_pids(void);
uint64_t counted_memory_limit_bytes(void);
uint64_t counted_pids_limit(void);

#endif
