// Parses a source and writes its tree down, flat, in memory of the arena.
#ifndef TREE_H
#define TREE_H

#include "frame.h"
#include "grammars.h"

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
