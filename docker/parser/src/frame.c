#include "frame.h"

#include <errno.h>
#include <unistd.h>

static uint32_t get_32(const unsigned char *bytes) {
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

void put_16(unsigned char *bytes, uint16_t number) {
    bytes[0] = (unsigned char)number;
    bytes[1] = (unsigned char)(number >> 8);
}

void put_32(unsigned char *bytes, uint32_t number) {
    put_16(bytes, (uint16_t)number);
    put_16(bytes + 2, (uint16_t)(number >> 16));
}

int request_read(const unsigned char *bytes, uint32_t languages, struct request *request) {
    request->language = get_32(bytes);
    request->length = get_32(bytes + 4);
    request->steps = (uint64_t)get_32(bytes + 8) | (uint64_t)get_32(bytes + 12) << 32;
    request->depth = get_32(bytes + 16);
    return request->language < languages && request->length <= MAX_SOURCE_BYTES ? 0 : -1;
}

void answer_write(const struct answer *answer, unsigned char *bytes) {
    put_32(bytes, answer->status);
    put_32(bytes + 4, answer->nodes);
    put_32(bytes + 8, answer->offset);
    put_32(bytes + 12, answer->broken);
}

void node_write(uint32_t start, uint32_t end, uint16_t symbol, uint16_t field, uint32_t children,
                unsigned char *bytes) {
    put_32(bytes, start);
    put_32(bytes + 4, end);
    put_16(bytes + 8, symbol);
    put_16(bytes + 10, field);
    put_32(bytes + 12, children);
}

int read_whole(int file, void *bytes, size_t length) {
    size_t done = 0;
    while (done < length) {
        ssize_t got = read(file, (char *)bytes + done, length - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) return done == 0 ? 0 : -1;
        done += (size_t)got;
    }
    return 1;
}

int write_whole(int file, const void *bytes, size_t length) {
    size_t done = 0;
    while (done < length) {
        ssize_t put = write(file, (const char *)bytes + done, length - done);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return -1;
        done += (size_t)put;
    }
    return 0;
}
