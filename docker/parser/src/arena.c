#include "arena.h"

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

// A block's size is that of its class: 16, 32, 48, 64 bytes, and then four classes to each power of two.
enum { CLASSES = 256, SMALLEST = 16, PAGE = 4096 };

// In front of every block, and of the same size as the alignment.
struct header {
    size_t class;
    struct header *next; // of a free block
};

static char *memory;
static size_t capacity;
static size_t used;
static size_t touched; // the most that was used since the kernel got pages back
static struct header *lists[CLASSES];
static void (*when_full)(void);

int arena_open(size_t bytes, void (*full)(void)) {
    void *mapped = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapped == MAP_FAILED) return -1;
    // A tree is walked here and there: with small pages the processor looks up their places all the time.
    (void)madvise(mapped, bytes, MADV_HUGEPAGE);
    memory = mapped;
    capacity = bytes;
    when_full = full;
    return 0;
}

void arena_reset(size_t keep) {
    size_t kept = (keep + PAGE - 1) / PAGE * PAGE;
    if (used > touched) touched = used;
    if (touched > kept && kept < capacity) {
        (void)madvise(memory + kept, capacity - kept, MADV_DONTNEED);
        touched = kept;
    }
    used = 0;
    memset(lists, 0, sizeof lists);
}

size_t arena_used(void) { return used; }

static size_t class_of(size_t size) {
    if (size <= SMALLEST) return 0;
    size_t last = size - 1;
    size_t power = (size_t)(63 - __builtin_clzll(last)); // 2^power <= last
    return (power - 4) * 4 + ((last >> (power - 2)) & 3) + 1;
}

static size_t bytes_of(size_t class) {
    if (class == 0) return SMALLEST;
    size_t power = (class - 1) / 4 + 4;
    size_t bytes = (5 + (class - 1) % 4) << (power - 2);
    return (bytes + SMALLEST - 1) / SMALLEST * SMALLEST;
}

static struct header *header_of(void *block) { return (struct header *)block - 1; }

void *arena_malloc(size_t size) {
    if (size > capacity) when_full();
    size_t class = class_of(size);
    struct header *block = lists[class];
    if (block != NULL) {
        lists[class] = block->next;
        return block + 1;
    }
    size_t bytes = sizeof(struct header) + bytes_of(class);
    if (bytes > capacity - used) when_full();
    block = (struct header *)(void *)(memory + used);
    used += bytes;
    block->class = class;
    return block + 1;
}

void *arena_calloc(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) bytes = SIZE_MAX;
    void *block = arena_malloc(bytes);
    return memset(block, 0, bytes);
}

void *arena_realloc(void *block, size_t size) {
    if (block == NULL) return arena_malloc(size);
    size_t before = bytes_of(header_of(block)->class);
    if (size <= before) return block;
    void *moved = arena_malloc(size);
    memcpy(moved, block, before);
    arena_free(block);
    return moved;
}

void arena_free(void *block) {
    if (block == NULL) return;
    struct header *freed = header_of(block);
    freed->next = lists[freed->class];
    lists[freed->class] = freed;
}
