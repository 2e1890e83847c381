/* Decodes the shared vectors, and bytes that nobody meant as frames, with the sanitizers watching. */
#include "../src/frame.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LINE_MAX_BYTES = 8192, ROUNDS = 200000 };

static int failures;

static void check(bool fine, const char *what, const char *line) {
    if (!fine) {
        failures++;
        fprintf(stderr, "FAILED %s: %s\n", what, line);
    }
}

/* A copy of exactly this size, so that reading one byte too far is seen. */
static long decode(const uint8_t *bytes, size_t length, struct frame *frame, uint8_t **copy) {
    *copy = malloc(length + (length == 0));
    memcpy(*copy, bytes, length);
    return frame_decode(*copy, length, frame);
}

static void vector(char *line) {
    char *bar = strstr(line, " | ");
    if (line[0] == '#' || bar == NULL) {
        return;
    }
    uint8_t bytes[LINE_MAX_BYTES];
    size_t length = 0;
    unsigned value;
    for (char *at = line; at + 1 < bar && sscanf(at, "%2x", &value) == 1; at += 2) {
        bytes[length++] = (uint8_t)value;
    }
    struct frame frame;
    uint8_t *copy;
    long used = decode(bytes, length, &frame, &copy);
    unsigned type, payload;
    if (sscanf(bar, " | ok %u %u", &type, &payload) == 2) {
        check(used == (long)length && frame.type == type && frame.length == payload, "a whole frame", line);
        uint8_t again[LINE_MAX_BYTES];
        size_t written = used > 0 ? frame_encode(again, frame.type, frame.payload, frame.length) : 0;
        check(written == length && memcmp(again, bytes, length) == 0, "the same bytes again", line);
    } else {
        check(used == (strncmp(bar, " | short", 8) == 0 ? 0 : -1), "no frame", line);
    }
    free(copy);
}

static void noise(void) {
    srand(1);
    for (int round = 0; round < ROUNDS; round++) {
        uint8_t bytes[64];
        size_t length = (size_t)rand() % sizeof bytes;
        for (size_t i = 0; i < length; i++) {
            bytes[i] = (uint8_t)(rand() % 4 == 0 ? rand() : 0);
        }
        struct frame frame;
        uint8_t *copy;
        long used = decode(bytes, length, &frame, &copy);
        if (used > 0) {
            struct cursor cursor = {frame.payload, frame.payload + frame.length, false};
            while (!cursor.failed) {
                take_u16(&cursor);
                take_bytes(&cursor, take_u32(&cursor));
            }
            check((size_t)used <= length, "no more than there is", "noise");
        }
        free(copy);
    }
}

int main(int argc, char **argv) {
    FILE *file = argc == 2 ? fopen(argv[1], "r") : NULL;
    if (file == NULL) {
        fprintf(stderr, "usage: frame-test VECTORS\n");
        return 2;
    }
    char line[LINE_MAX_BYTES];
    int lines = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        vector(line);
        lines++;
    }
    fclose(file);
    noise();
    printf("%d lines of vectors, %d pieces of noise, %d failures\n", lines, ROUNDS, failures);
    return failures != 0 || lines < 20;
}
