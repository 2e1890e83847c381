#include "grammars.h"

#include <stdlib.h>
#include <string.h>

const TSLanguage *tree_sitter_python(void);
const TSLanguage *tree_sitter_javascript(void);
const TSLanguage *tree_sitter_typescript(void);
const TSLanguage *tree_sitter_bash(void);

struct grammar grammars[LANGUAGES];

static int load(struct grammar *grammar, const char *name, const TSLanguage *language) {
    grammar->name = name;
    grammar->language = language;
    grammar->symbols = ts_language_symbol_count(language);
    grammar->named = calloc(grammar->symbols, 1);
    grammar->skipped = calloc(grammar->symbols, 1);
    if (grammar->named == NULL || grammar->skipped == NULL) return -1;
    for (uint32_t symbol = 0; symbol < grammar->symbols; symbol++) {
        const char *symbol_name = ts_language_symbol_name(language, (TSSymbol)symbol);
        grammar->named[symbol] = ts_language_symbol_type(language, (TSSymbol)symbol) == TSSymbolTypeRegular;
        grammar->skipped[symbol] =
                symbol_name != NULL && (strcmp(symbol_name, "comment") == 0 || strcmp(symbol_name, "line_continuation") == 0);
    }
    return 0;
}

int grammars_load(void) {
    int failed = load(&grammars[0], "python", tree_sitter_python());
    failed |= load(&grammars[1], "javascript", tree_sitter_javascript());
    failed |= load(&grammars[2], "typescript", tree_sitter_typescript());
    failed |= load(&grammars[3], "bash", tree_sitter_bash());
    return failed;
}
