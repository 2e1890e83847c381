// The grammars that are linked in.
#ifndef GRAMMARS_H
#define GRAMMARS_H

#include <tree_sitter/api.h>

// What is known of a grammar before the first parse.
struct grammar {
    const char *name;
    const TSLanguage *language;
    uint32_t symbols;
    // For each symbol: whether it is kept without a field, and whether it is left out with all below it.
    unsigned char *named;
    unsigned char *skipped;
};

enum { LANGUAGES = 4 };

// In the order of their numbers in requests.
extern struct grammar grammars[LANGUAGES];

// Fills them in. Returns 0, or -1 where there is no memory.
int grammars_load(void);

#endif
