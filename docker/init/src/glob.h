/* Globs over paths: `*` and `?` within a segment, and `**` as a whole segment for any number of them. */
#ifndef SANDMILL_GLOB_H
#define SANDMILL_GLOB_H

#include <stdbool.h>
#include <stdint.h>

enum { GLOB_SEGMENTS_MAX = 62 };

/* Which of a glob's segments may come next: bit i for segment i, the bit after the last for a match. */
typedef uint64_t glob_state;

/* 0 for a glob of more segments than GLOB_SEGMENTS_MAX. */
glob_state glob_start(const char *glob);
/* The state after one more segment of the path; 0 when nothing can match any more. */
glob_state glob_step(const char *glob, glob_state state, const char *name);
bool glob_matches(const char *glob, glob_state state);

#endif
