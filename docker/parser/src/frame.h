// What the parser and the service say to each other: docker/parser/PROTOCOL.md. All numbers are little-endian.
#ifndef FRAME_H
#define FRAME_H

#include <stddef.h>
#include <stdint.h>

enum { REQUEST_BYTES = 24, ANSWER_BYTES = 16, NODE_BYTES = 16, MAX_SOURCE_BYTES = 1 << 20 };

enum status { TREE = 0, TOO_MANY_STEPS = 1, TOO_LONG = 2, TOO_MUCH_MEMORY = 3, TOO_DEEP = 4 };

struct request {
    uint32_t language;
    uint32_t length;
    uint64_t steps;
    uint32_t depth;
};

struct answer {
    uint32_t status;
    uint32_t nodes;
    uint32_t offset;
    uint32_t broken;
};

// Returns 0, or -1 where there is no such language or the source is too long.
int request_read(const unsigned char *bytes, uint32_t languages, struct request *request);

void answer_write(const struct answer *answer, unsigned char *bytes);

void node_write(uint32_t start, uint32_t end, uint16_t symbol, uint16_t field, uint32_t children, unsigned char *bytes);

void put_16(unsigned char *bytes, uint16_t number);
void put_32(unsigned char *bytes, uint32_t number);

// Reads exactly so many bytes. Returns 1, 0 at an end before the first byte, or -1.
int read_whole(int file, void *bytes, size_t length);

// Writes all bytes. Returns 0, or -1.
int write_whole(int file, const void *bytes, size_t length);

#endif
