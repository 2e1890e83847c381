/* Globs against paths, one row each, and one that is slow where matching is done by trying everything. */
#include "../src/glob.h"

#include <stdio.h>
#include <string.h>

static const struct {
    const char *glob;
    const char *path;
    bool matches;
} rows[] = {
    {"a", "a", true},
    {"a", "b", false},
    {"a", "a/a", false},
    {"*", "anything", true},
    {"*", ".hidden", true},
    {"*", "a/b", false},
    {"*.json", "a.json", true},
    {"*.json", ".json", true},
    {"*.json", "a.jsonl", false},
    {"out/*.json", "out/a.json", true},
    {"out/*.json", "out/b/a.json", false},
    {"out/*.json", "a.json", false},
    {"**", "a", true},
    {"**", "a/b/c", true},
    {"**/c", "c", true},
    {"**/c", "a/b/c", true},
    {"**/c", "a/b/cc", false},
    {"a/**", "a", false},
    {"a/**", "a/b", true},
    {"a/**", "a/b/c", true},
    {"a/**/z", "a/z", true},
    {"a/**/z", "a/b/c/z", true},
    {"a/**/b/**/z", "a/b/b/z", true},
    {"a/**/b/**/z", "a/c/z", false},
    {"?", "x", true},
    {"?", "\xc3\xbc", true},
    {"?", "xy", false},
    {"a*b*c", "aXbYc", true},
    {"a*b*c", "abcb", false},
    {"a**b", "aXb", true},
    {"[ab]", "a", false},
    {"[ab]", "[ab]", true},
    {"x*", "x\n", true},
    {"*a*a*a*a*a*a*a*a*a*a*b",
     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
     false},
};

static bool matches(const char *glob, const char *path) {
    glob_state state = glob_start(glob);
    char name[256];
    while (path != NULL) {
        size_t length = strcspn(path, "/");
        memcpy(name, path, length);
        name[length] = '\0';
        state = glob_step(glob, state, name);
        path = path[length] == '/' ? path + length + 1 : NULL;
    }
    return glob_matches(glob, state);
}

int main(void) {
    int failures = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (matches(rows[i].glob, rows[i].path) != rows[i].matches) {
            failures++;
            fprintf(stderr, "FAILED %s on %s\n", rows[i].glob, rows[i].path);
        }
    }
    char deep[2 * GLOB_SEGMENTS_MAX + 2] = "";
    for (int i = 0; i < GLOB_SEGMENTS_MAX; i++) {
        strcat(deep, i == 0 ? "*" : "/*");
    }
    bool most = glob_start(deep) != 0;
    strcat(deep, "/");
    failures += !most || glob_start(deep) != 0;
    printf("%zu globs, %d failures\n", sizeof rows / sizeof *rows, failures);
    return failures != 0;
}
