// Parses a source and writes its tree down, flat, in memory of the arena.
#ifndef TREE_H
#define TREE_H

#include <tree_sitter/api.h>

#include "frame.h"

// What is known of a grammar before the first parse.
struct grammar {
    const char *name;
    const TSLanguage *language;
    uint32_t symbols;
    // For each symbol: whether it is kept without a field, and whether it is left out with all below it.
    unsigned char *named;
    unsigned char *skipped;
};

// Where the parse stands, for whoever ends it from outside: nothing of it is on the stack.
struct parse {
    const unsigned char *source;
    uint32_t length;
    uint64_t steps;
    uint64_t max_steps;
    uint32_t offset;
    unsigned char *nodes; // NODE_BYTES each
    uint32_t count;
    uint32_t room;
};

struct answer tree_parse(const struct grammar *grammar, const struct request *request, struct parse *parse);

#endif
