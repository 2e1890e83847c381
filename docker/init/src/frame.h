/* Frames: what host and init say to each other. PROTOCOL.md is the reference. */
#ifndef SANDMILL_FRAME_H
#define SANDMILL_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PROTOCOL_VERSION = 3,
    FRAME_HEADER_BYTES = 5,
    FRAME_PAYLOAD_MAX_BYTES = 256 * 1024,
    NONCE_BYTES = 16,
};

enum frame_type {
    FRAME_HELLO = 0x01,
    FRAME_RUN = 0x02,
    FRAME_FILE = 0x03,
    FRAME_START = 0x04,
    FRAME_STDIN = 0x05,
    FRAME_STDIN_EOF = 0x06,
    FRAME_CANCEL = 0x07,
    FRAME_RESET = 0x08,
    FRAME_SHUTDOWN = 0x09,
    FRAME_COLLECT = 0x0a,
    FRAME_CALL = 0x0b,
    FRAME_CODE = 0x0c,
    FRAME_FETCH = 0x0d,

    FRAME_READY = 0x81,
    FRAME_STARTED = 0x82,
    FRAME_STDOUT = 0x83,
    FRAME_STDERR = 0x84,
    FRAME_STDIN_ACK = 0x85,
    FRAME_EXIT = 0x86,
    FRAME_RESET_OK = 0x87,
    FRAME_RESET_FAILED = 0x88,
    FRAME_ERROR = 0x89,
    FRAME_ARTIFACT = 0x8a,
    FRAME_ARTIFACT_DATA = 0x8b,
    FRAME_COLLECTED = 0x8c,
};

struct frame {
    uint8_t type;
    uint32_t length;
    const uint8_t *payload;
};

/* Bytes used by the first frame in `bytes`; 0 when it is not whole yet; -1 when it can never be one. */
long frame_decode(const uint8_t *bytes, size_t available, struct frame *out);

/* Writes header and payload; the caller has FRAME_HEADER_BYTES + length free at `to`. */
size_t frame_encode(uint8_t *to, uint8_t type, const void *payload, uint32_t length);

/* Reads a payload front to back; after the first overrun everything is 0 and `failed` stays set. */
struct cursor {
    const uint8_t *at;
    const uint8_t *end;
    bool failed;
};

uint8_t take_u8(struct cursor *cursor);
uint16_t take_u16(struct cursor *cursor);
uint32_t take_u32(struct cursor *cursor);
uint64_t take_u64(struct cursor *cursor);
const uint8_t *take_bytes(struct cursor *cursor, size_t length);

void put_u16(uint8_t *to, uint16_t value);
void put_u32(uint8_t *to, uint32_t value);
void put_u64(uint8_t *to, uint64_t value);

#endif
