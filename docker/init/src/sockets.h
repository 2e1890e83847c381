/* What the connections of this container hold. On cgroup v1 the kernel counts that for nobody. */
#ifndef SANDMILL_SOCKETS_H
#define SANDMILL_SOCKETS_H

#include <stdint.h>

/*
 * Bytes in the buffers of TCP and UDP sockets: exact for UDP; for TCP what a buffer in use may hold, as the kernel
 * tells bytes of data and not what they take. 0 without a closer look where so few sockets cannot hold much.
 */
uint64_t sockets_bytes(void);

/* One line of /proc/net/tcp, tcp6, udp or udp6; the heading and what is no such line count 0. */
uint64_t sockets_line_bytes(const char *line, int is_tcp);

#endif
