/*
 * Feeds a libFuzzer target with what gcc alone can give it: the shared vectors, frames made after PROTOCOL.md with
 * fields that are often wrong, and mutations of both. The same seed makes the same inputs.
 *
 *     fuzz VECTORS INPUTS [SEED]     so many inputs; without a seed a random one, which is printed
 *     fuzz VECTORS FILE              the one input that a failure has left
 */
#define _GNU_SOURCE
#include "../src/frame.h"

#include <ctype.h>
#include <fcntl.h>
#include <limits.h>
#include <sanitizer/common_interface_defs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { VECTORS_MAX = 128, INPUT_MAX_BYTES = 600 * 1024, LINE_MAX_BYTES = 8192 };

struct bytes {
    size_t length;
    uint8_t *at;
};

static struct bytes vectors[VECTORS_MAX];
static size_t vector_count;
static uint8_t input[INPUT_MAX_BYTES];
static size_t input_length;
static uint64_t state;
static char failure[PATH_MAX];

/* SplitMix64. */
static uint64_t next(void) {
    uint64_t mixed = state += 0x9e3779b97f4a7c15;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
}

static size_t below(size_t bound) { return bound == 0 ? 0 : (size_t)(next() % bound); }
static bool one_in(size_t many) { return below(many) == 0; }

static uint64_t number(void) {
    static const uint64_t odd[] = {0,      1,          2,          3,          16,         100,       255,      256,
                                   4095,   4096,       4097,       65535,      65536,      99999,     100000,   131071,
                                   131072, 0x7fffffff, 0x80000000, 0xffffffff, UINT64_MAX, INT64_MAX, 1u << 18, (1u << 18) + 1};
    return one_in(4) ? next() >> below(64) : odd[below(sizeof odd / sizeof *odd)];
}

static void append(const void *bytes, size_t length) {
    length = length < sizeof input - input_length ? length : sizeof input - input_length;
    memcpy(input + input_length, bytes, length);
    input_length += length;
}

static void append_number(uint64_t value, size_t width) {
    uint8_t bytes[8];
    put_u64(bytes, value);
    append(bytes + 8 - width, width);
}

static const char *word(void) {
    static const char *const words[] = {"a", "main.py", "out", "link", "file-link", "fifo", "..", ".", "", "**", "*",
                                        "?", "*.csv", "x", "b.c", "twice.csv", "\xff\xfe", "-rf", "line\nbreak"};
    return words[below(sizeof words / sizeof *words)];
}

/* A path or a glob; seldom one that is longer than anything may be. */
static size_t path(char *to, size_t room) {
    size_t length = 0;
    size_t segments = one_in(20) ? below(200) : 1 + below(4);
    for (size_t i = 0; i < segments; i++) {
        const char *segment = word();
        size_t more = strlen(segment), repeat = one_in(30) ? 1 + below(300) : 1;
        for (size_t j = 0; j < repeat && length + more + 1 < room; j++) {
            memcpy(to + length, segment, more);
            length += more;
        }
        if (i + 1 < segments && length + 1 < room) {
            to[length++] = '/';
        }
    }
    if (one_in(30) && length > 0) {
        to[below(length)] = '\0';
    }
    return length;
}

static void strings(void) {
    char text[8192];
    size_t count = one_in(30) ? 4094 + below(5) : below(6);
    if (one_in(60)) { /* one string that just fills the bytes of a list, or just does not */
        static const uint8_t filling[128 * 1024] = {[0 ... 128 * 1024 - 1] = 'x'};
        size_t length = sizeof filling - below(3);
        append_number(1, 2);
        append_number(length, 4);
        append(filling, length);
        return;
    }
    append_number(one_in(20) ? number() : count, 2);
    for (size_t i = 0; i < count; i++) {
        size_t length = count > 100 ? below(40) : path(text, sizeof text);
        memset(text, 'x', count > 100 ? length : 0);
        append_number(one_in(20 + 10 * count) ? number() : length, 4);
        append(text, length);
    }
}

static void frame(void) {
    static const uint8_t types[] = {FRAME_HELLO, FRAME_RUN,   FRAME_FILE, FRAME_FILE, FRAME_COLLECT,
                                    FRAME_COLLECT, FRAME_CALL, FRAME_CODE, FRAME_FETCH};
    uint8_t type = one_in(20) ? (uint8_t)next() : types[below(sizeof types)];
    size_t start = input_length;
    char text[8192];
    if (sizeof input - start < FRAME_HEADER_BYTES) {
        return; /* full */
    }
    append_number(0, 4);
    append(&type, 1);
    if (type == FRAME_HELLO) {
        append_number(one_in(4) ? number() : PROTOCOL_VERSION, 2);
        append("0123456789abcdef", NONCE_BYTES);
        append_number(one_in(4) ? number() : 100001, 4);
        append_number(one_in(4) ? next() : below(3), 1);
        strings(), strings(), strings();
    } else if (type == FRAME_RUN) {
        append_number(one_in(4) ? next() : below(128), 1);
        append_number(number(), 8), append_number(number(), 8), append_number(number(), 8);
        strings(), strings();
    } else if (type == FRAME_FILE) {
        size_t length = path(text, sizeof text);
        append_number(one_in(8) ? next() : below(4), 1);
        append_number(one_in(20) ? number() : length, 2);
        append(text, length);
        size_t content = one_in(50) ? below(FRAME_PAYLOAD_MAX_BYTES) : below(64);
        append(input, content < input_length ? content : input_length);
    } else if (type == FRAME_COLLECT) {
        append_number(number(), 4), append_number(number(), 8), append_number(number(), 8);
        strings();
    } else if (type == FRAME_CALL) {
        append_number(number(), 8), append_number(number(), 8), append_number(number(), 8);
    } else if (type == FRAME_FETCH) {
        append_number(number(), 8);
        append(text, path(text, sizeof text));
    } else if (type == FRAME_CODE) {
        size_t content = one_in(50) ? below(FRAME_PAYLOAD_MAX_BYTES) : below(64);
        append(input, content < input_length ? content : input_length);
    } else {
        append(input, below(input_length));
    }
    put_u32(input + start, (uint32_t)(one_in(25) ? number() : input_length - start - FRAME_HEADER_BYTES));
}

static void mutate(void) {
    for (size_t rounds = 1 + below(6); rounds > 0 && input_length > 0; rounds--) {
        size_t at = below(input_length);
        size_t length = 1 + below(one_in(8) ? input_length - at : 8);
        length = length < input_length - at ? length : input_length - at;
        switch (below(6)) {
        case 0:
            input[at] ^= (uint8_t)(1 << below(8));
            break;
        case 1:
            input[at] = (uint8_t)number();
            break;
        case 2: /* removed */
            memmove(input + at, input + at + length, input_length - at - length);
            input_length -= length;
            break;
        case 3: /* doubled */
            length = length < sizeof input - input_length ? length : sizeof input - input_length;
            memmove(input + at + length, input + at, input_length - at);
            input_length += length;
            break;
        case 4: /* a number where one might be */
            if (input_length - at >= 4) {
                put_u32(input + at, (uint32_t)number());
            }
            break;
        default: /* cut off */
            input_length = at;
        }
    }
}

static void make_input(void) {
    input_length = 0;
    for (size_t frames = 1 + below(5); frames > 0; frames--) {
        if (one_in(3)) {
            struct bytes *vector = &vectors[below(vector_count)];
            append(vector->at, vector->length);
        } else {
            frame();
        }
    }
    if (one_in(2)) {
        mutate();
    }
}

static void read_vectors(const char *file) {
    FILE *lines = fopen(file, "r");
    char line[LINE_MAX_BYTES];
    while (lines != NULL && vector_count < VECTORS_MAX && fgets(line, sizeof line, lines) != NULL) {
        struct bytes *vector = &vectors[vector_count];
        unsigned value;
        for (char *at = line; isxdigit(at[0]) && isxdigit(at[1]) && sscanf(at, "%2x", &value) == 1; at += 2) {
            line[vector->length++] = (char)value;
        }
        if (vector->length > 0) {
            vector->at = memcpy(malloc(vector->length), line, vector->length);
            vector_count++;
        }
    }
    if (lines == NULL || vector_count < 20) {
        fprintf(stderr, "fuzz: %s has %zu vectors\n", file, vector_count);
        exit(2);
    }
    fclose(lines);
}

/* The last act: the input that broke it, to be fed again. */
static void keep_input(void) {
    int fd = open(failure, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    bool whole = fd >= 0 && write(fd, input, input_length) == (ssize_t)input_length;
    fprintf(stderr, "the input of %zu bytes that did it: %s\n", input_length, whole ? failure : "could not be kept");
}

/* A broken rule ends in abort(), which then counts as a finding. */
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "handle_abort=1"; }

static void replay(const char *file) {
    FILE *kept = fopen(file, "r");
    if (kept == NULL) {
        fprintf(stderr, "usage: fuzz VECTORS INPUTS [SEED] | fuzz VECTORS FILE\n");
        exit(2);
    }
    input_length = fread(input, 1, sizeof input, kept);
    fclose(kept);
    LLVMFuzzerInitialize(NULL, NULL);
    LLVMFuzzerTestOneInput(input, input_length);
    printf("%s: %zu bytes, nothing broke\n", file, input_length);
}

int main(int argc, char **argv) {
    char *end = NULL;
    unsigned long inputs = argc < 3 ? 0 : strtoul(argv[2], &end, 10);
    if (argc < 3 || *end != '\0') {
        replay(argc < 3 ? "" : argv[2]);
        return 0;
    }
    read_vectors(argv[1]);
    if (argc > 3) {
        state = strtoull(argv[3], NULL, 10);
    } else if (getrandom(&state, sizeof state, 0) != (ssize_t)sizeof state) {
        return 2;
    }
    printf("%lu inputs with seed %llu\n", inputs, (unsigned long long)state);
    fflush(stdout);
    if (getcwd(failure, sizeof failure - 32) == NULL) {
        return 2;
    }
    strcat(failure, "/build/fuzz-failure");
    LLVMFuzzerInitialize(NULL, NULL);
    __sanitizer_set_death_callback(keep_input);
    for (unsigned long i = 0; i < inputs; i++) {
        make_input();
        LLVMFuzzerTestOneInput(input, input_length);
    }
    return 0;
}
