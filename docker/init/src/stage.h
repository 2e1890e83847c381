/* The workspace of a run: made under the run's uid, filled by init before any program of it exists. */
#ifndef SANDMILL_STAGE_H
#define SANDMILL_STAGE_H

#include "frame.h"

#include <sys/types.h>

/* File access as `uid`, signals still as root; back with 0. */
bool act_as(uid_t uid);

/* Each is 0 or an errno. */
int stage_workspace(uid_t uid);
/* `replaces`: what has the file's name is removed before. */
int stage_file(uid_t uid, const struct frame *frame, bool replaces);

/*
 * The folder of `path`, which is cut up, and its last name. Walks from the workspace, never through a link; `makes`
 * the folders that are missing. -1 with errno.
 */
int stage_folder_of(char *path, bool makes, const char **name);

#endif
