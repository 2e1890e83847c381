#include "glob.h"

#include <string.h>

struct segment {
    const char *at;
    size_t length;
};

static bool next_segment(const char **glob, struct segment *segment) {
    if (*glob == NULL) {
        return false;
    }
    segment->at = *glob;
    segment->length = strcspn(*glob, "/");
    *glob = segment->at[segment->length] == '/' ? segment->at + segment->length + 1 : NULL;
    return true;
}

static unsigned count(const char *glob) {
    unsigned segments = 0;
    struct segment segment;
    while (next_segment(&glob, &segment)) {
        segments++;
    }
    return segments;
}

static bool any_depth(const struct segment *segment) {
    return segment->length == 2 && memcmp(segment->at, "**", 2) == 0;
}

/* A `**` may stand for nothing, unless it is the last: then there has to be a name. */
static glob_state closed(const char *glob, glob_state state) {
    struct segment segment;
    for (unsigned i = 0; next_segment(&glob, &segment); i++) {
        if ((state >> i & 1) != 0 && any_depth(&segment) && glob != NULL) {
            state |= (glob_state)1 << (i + 1);
        }
    }
    return state;
}

static const char *after_character(const char *text) {
    do {
        text++;
    } while (((unsigned char)*text & 0xc0) == 0x80);
    return text;
}

/* Goes back to the last star alone, so it takes at most length times length steps. */
static bool name_matches(const struct segment *segment, const char *name) {
    const char *pattern = segment->at, *end = segment->at + segment->length, *star = NULL, *retry = name;
    while (*name != '\0') {
        if (pattern < end && *pattern == '*') {
            star = ++pattern;
            retry = name;
        } else if (pattern < end && *pattern == '?') {
            pattern++;
            name = after_character(name);
        } else if (pattern < end && *pattern == *name) {
            pattern++;
            name++;
        } else if (star != NULL) {
            pattern = star;
            name = ++retry;
        } else {
            return false;
        }
    }
    while (pattern < end && *pattern == '*') {
        pattern++;
    }
    return pattern == end;
}

glob_state glob_start(const char *glob) { return count(glob) > GLOB_SEGMENTS_MAX ? 0 : closed(glob, 1); }

glob_state glob_step(const char *glob, glob_state state, const char *name) {
    if (state == 0) { /* so is the state of a glob with more segments than there are bits */
        return 0;
    }
    glob_state next = 0;
    const char *rest = glob;
    struct segment segment;
    for (unsigned i = 0; next_segment(&rest, &segment); i++) {
        if ((state >> i & 1) == 0) {
            continue;
        }
        if (any_depth(&segment)) {
            next |= (glob_state)(rest == NULL ? 3 : 1) << i;
        } else if (name_matches(&segment, name)) {
            next |= (glob_state)1 << (i + 1);
        }
    }
    return closed(glob, next);
}

bool glob_matches(const char *glob, glob_state state) {
    return state != 0 && (state >> count(glob) & 1) != 0;
}
