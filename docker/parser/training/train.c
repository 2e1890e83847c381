// train FOLDER: parses FOLDER/GRAMMAR.txt with each grammar, so that the compiler sees what parses spend their time on.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "frame.h"
#include "grammars.h"
#include "tree.h"

enum { MEMORY_BYTES = 512 << 20, KEPT_BYTES = 32 << 20, TIMES = 8, MAX_STEPS = 10000000, MAX_DEPTH = 1500 };

static unsigned char source[MAX_SOURCE_BYTES];

_Noreturn static void stop(const char *what, const char *reason) {
    fprintf(stderr, "train: %s: %s\n", what, reason);
    exit(1);
}

static void give_up_memory(void) { stop("a parse", "more memory than a parser has"); }

static uint32_t source_of(const char *folder, const char *grammar) {
    char path[4096];
    if (snprintf(path, sizeof path, "%s/%s.txt", folder, grammar) >= (int)sizeof path) stop(folder, "too long");
    FILE *file = fopen(path, "rb");
    if (file == NULL) stop(path, "cannot be opened");
    size_t length = fread(source, 1, sizeof source, file);
    if (ferror(file) || !feof(file) || length == 0) stop(path, "empty, too long or not readable");
    fclose(file);
    return (uint32_t)length;
}

int main(int count, char **arguments) {
    if (count != 2) stop("usage", "train FOLDER");
    if (arena_open(MEMORY_BYTES, give_up_memory) != 0 || grammars_load() != 0) stop("start", "no memory");
    for (int number = 0; number < LANGUAGES; number++) {
        const struct grammar *grammar = &grammars[number];
        struct request request = {.language = (uint32_t)number, .steps = MAX_STEPS, .depth = MAX_DEPTH};
        request.length = source_of(arguments[1], grammar->name);
        for (int time = 0; time < TIMES; time++) {
            struct parse parse = {.source = source, .length = request.length};
            if (tree_parse(grammar, &request, &parse).status != TREE) stop(grammar->name, "its text has no tree");
            arena_reset(KEPT_BYTES);
        }
    }
}
