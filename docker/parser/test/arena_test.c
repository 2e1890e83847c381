#include "../src/arena.h"

#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEBIBYTE = 1 << 20, LIVE = 64, ROUNDS = 200000 };

static int failures;
static jmp_buf is_full;

static void full(void) { longjmp(is_full, 1); }

static void check(int holds, const char *rule) {
    if (!holds) {
        failures++;
        printf("FAILED: %s\n", rule);
    }
}

static void blocks_are_aligned_apart_and_keep_their_content(void) {
    static unsigned char *blocks[LIVE];
    static size_t sizes[LIVE];
    srand(1);
    for (int round = 0; round < ROUNDS; round++) {
        size_t i = (size_t)rand() % LIVE;
        for (size_t at = 0; at < sizes[i]; at++) {
            if (blocks[i][at] != (unsigned char)i) {
                check(0, "a block keeps its content while others come and go");
                return;
            }
        }
        size_t size = (size_t)rand() % (rand() % 16 == 0 ? 5000 : 200);
        if (rand() % 3 == 0) {
            arena_free(blocks[i]);
            blocks[i] = arena_malloc(size);
        } else {
            size_t before = sizes[i];
            blocks[i] = arena_realloc(blocks[i], size);
            for (size_t at = 0; at < (before < size ? before : size); at++) {
                if (blocks[i][at] != (unsigned char)i) {
                    check(0, "a block that grows or shrinks keeps its beginning");
                    return;
                }
            }
        }
        sizes[i] = size;
        check((uintptr_t)blocks[i] % 16 == 0, "blocks are aligned to 16 bytes");
        memset(blocks[i], (int)i, size);
    }
}

static void zeroed_blocks_are_zero_also_when_used_before(void) {
    arena_reset(MEBIBYTE);
    unsigned char *used = arena_malloc(100);
    memset(used, 7, 100);
    arena_free(used);
    unsigned char *zeroed = arena_calloc(10, 10);
    check(zeroed == used, "a freed block is given out again");
    for (int i = 0; i < 100; i++) check(zeroed[i] == 0, "calloc gives zeros");
}

static void every_size_has_room_for_itself(void) {
    for (size_t size = 0; size < 70000; size += size < 300 ? 1 : 97) {
        arena_reset(MEBIBYTE);
        size_t before = arena_used();
        char *first = arena_malloc(size);
        char *second = arena_malloc(1);
        check(second >= first + size, "blocks do not overlap");
        check(arena_used() - before <= size + size / 3 + 80, "a block takes a third more than was asked for at most");
    }
}

static void what_does_not_fit_is_told(void) {
    static const size_t TOO_MANY[][2] = {{1, 3 * MEBIBYTE}, {SIZE_MAX, 1}, {SIZE_MAX / 2, 3}, {1, SIZE_MAX}};
    for (volatile size_t i = 0; i < sizeof TOO_MANY / sizeof TOO_MANY[0]; i++) {
        arena_reset(0);
        if (setjmp(is_full) == 0) {
            arena_calloc(TOO_MANY[i][0], TOO_MANY[i][1]);
            check(0, "more than the arena holds is told");
        }
    }
    arena_reset(0);
    volatile int given = 0;
    if (setjmp(is_full) == 0) {
        for (;;) {
            memset(arena_malloc(1000), 1, 1000);
            given++;
        }
    }
    check(given > 1500 && given < 2200, "two mebibytes hold about two thousand blocks of a thousand bytes");
    arena_reset(0);
    check(arena_used() == 0, "a reset takes everything back");
    check(arena_malloc(MEBIBYTE) != NULL, "and there is room again");
}

int main(void) {
    if (arena_open(2 * MEBIBYTE, full) != 0) return 1;
    if (setjmp(is_full) != 0) {
        printf("FAILED: full without a reason\n");
        return 1;
    }
    blocks_are_aligned_apart_and_keep_their_content();
    zeroed_blocks_are_zero_also_when_used_before();
    every_size_has_room_for_itself();
    what_does_not_fit_is_told();
    printf("arena: %d failures\n", failures);
    return failures != 0;
}
