// One mapping that all memory of a parse comes from, and that is taken back as a whole.
//
// The parser asks for memory without looking at the answer, and one of its steps may ask for gigabytes. The mapping is
// the limit: what does not fit is told to `full`, which does not return. Freed blocks are kept in lists by size.
// One parse at a time, in one thread: no locks.
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

// Maps the memory. Returns 0, or -1 with errno set. `full` is called when a block does not fit; it must not return.
int arena_open(size_t bytes, void (*full)(void));

// Takes every block back. The kernel gets back what was touched beyond the first `keep` bytes.
void arena_reset(size_t keep);

// Bytes taken from the mapping since the last reset.
size_t arena_used(void);

// As their namesakes in the C library; blocks are aligned to 16 bytes.
void *arena_malloc(size_t size);
void *arena_calloc(size_t count, size_t size);
void *arena_realloc(void *block, size_t size);
void arena_free(void *block);

#endif
