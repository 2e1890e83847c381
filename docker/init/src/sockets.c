#define _GNU_SOURCE
#include "sockets.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* The most that net.ipv4.tcp_rmem and tcp_wmem give a buffer here; the host sets them for every container. */
    TCP_BUFFER_BYTES = 128 * 1024,
    /* Up to so many sockets are not looked at: with the kernel's usual buffers they hold less than 8 MiB. */
    SOCKETS_FEW = 32,
    STATE_LISTEN = 0x0a,
};

static uint64_t field(const char *text, const char *name) {
    const char *found = strstr(text, name);
    return found == NULL ? 0 : strtoull(found + strlen(name), NULL, 10);
}

static uint64_t sockets_in_use(const char *path, const char *tcp, const char *udp) {
    FILE *list = fopen(path, "re");
    if (list == NULL) {
        return 0;
    }
    char line[256];
    uint64_t sum = 0;
    while (fgets(line, sizeof line, list) != NULL) {
        if (strncmp(line, tcp, strlen(tcp)) == 0 || strncmp(line, udp, strlen(udp)) == 0) {
            sum += field(line, " inuse ");
        }
    }
    fclose(list);
    return sum;
}

static uint64_t tcp_buffer(uint64_t data) {
    return data == 0 || data > TCP_BUFFER_BYTES ? data : TCP_BUFFER_BYTES;
}

uint64_t sockets_line_bytes(const char *line, int is_tcp) {
    unsigned state;
    unsigned long sent, received;
    if (sscanf(line, "%*d: %*[0-9A-Fa-f]:%*x %*[0-9A-Fa-f]:%*x %x %lx:%lx", &state, &sent, &received) != 3) {
        return 0;
    }
    if (!is_tcp) {
        return (uint64_t)sent + received;
    }
    /* Of a listening socket these are the lengths of its queue. */
    return state == STATE_LISTEN ? 0 : tcp_buffer(sent) + tcp_buffer(received);
}

static uint64_t table_bytes(const char *path, int is_tcp) {
    FILE *table = fopen(path, "re");
    if (table == NULL) {
        return 0;
    }
    char line[512];
    uint64_t sum = 0;
    while (fgets(line, sizeof line, table) != NULL) {
        sum += sockets_line_bytes(line, is_tcp);
    }
    fclose(table);
    return sum;
}

uint64_t sockets_bytes(void) {
    if (sockets_in_use("/proc/net/sockstat", "TCP:", "UDP:") + sockets_in_use("/proc/net/sockstat6", "TCP6:", "UDP6:") <=
        SOCKETS_FEW) {
        return 0;
    }
    return table_bytes("/proc/net/tcp", 1) + table_bytes("/proc/net/tcp6", 1) + table_bytes("/proc/net/udp", 0) +
           table_bytes("/proc/net/udp6", 0);
}
