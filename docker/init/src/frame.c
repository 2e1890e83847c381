#include "frame.h"

#include <string.h>

static bool known(uint8_t type) {
    return (type >= FRAME_HELLO && type <= FRAME_FETCH) || (type >= FRAME_READY && type <= FRAME_COLLECTED);
}

long frame_decode(const uint8_t *bytes, size_t available, struct frame *out) {
    if (available < FRAME_HEADER_BYTES) {
        return 0;
    }
    struct cursor header = {bytes, bytes + FRAME_HEADER_BYTES, false};
    uint32_t length = take_u32(&header);
    uint8_t type = take_u8(&header);
    if (length > FRAME_PAYLOAD_MAX_BYTES || !known(type)) {
        return -1;
    }
    if (available - FRAME_HEADER_BYTES < length) {
        return 0;
    }
    out->type = type;
    out->length = length;
    out->payload = bytes + FRAME_HEADER_BYTES;
    return (long)FRAME_HEADER_BYTES + (long)length;
}

size_t frame_encode(uint8_t *to, uint8_t type, const void *payload, uint32_t length) {
    put_u32(to, length);
    to[4] = type;
    if (length > 0) {
        memcpy(to + FRAME_HEADER_BYTES, payload, length);
    }
    return (size_t)FRAME_HEADER_BYTES + length;
}

const uint8_t *take_bytes(struct cursor *cursor, size_t length) {
    if (cursor->failed || (size_t)(cursor->end - cursor->at) < length) {
        cursor->failed = true;
        return NULL;
    }
    const uint8_t *bytes = cursor->at;
    cursor->at += length;
    return bytes;
}

static uint64_t take_number(struct cursor *cursor, size_t width) {
    const uint8_t *bytes = take_bytes(cursor, width);
    uint64_t value = 0;
    for (size_t i = 0; bytes != NULL && i < width; i++) {
        value = value << 8 | bytes[i];
    }
    return value;
}

uint8_t take_u8(struct cursor *cursor) { return (uint8_t)take_number(cursor, 1); }
uint16_t take_u16(struct cursor *cursor) { return (uint16_t)take_number(cursor, 2); }
uint32_t take_u32(struct cursor *cursor) { return (uint32_t)take_number(cursor, 4); }
uint64_t take_u64(struct cursor *cursor) { return take_number(cursor, 8); }

static void put_number(uint8_t *to, uint64_t value, size_t width) {
    for (size_t i = width; i-- > 0; value >>= 8) {
        to[i] = (uint8_t)value;
    }
}

void put_u16(uint8_t *to, uint16_t value) { put_number(to, value, 2); }
void put_u32(uint8_t *to, uint32_t value) { put_number(to, value, 4); }
void put_u64(uint8_t *to, uint64_t value) { put_number(to, value, 8); }
