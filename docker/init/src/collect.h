/* Files that a run left in its workspace and the host asked for by globs. */
#ifndef SANDMILL_COLLECT_H
#define SANDMILL_COLLECT_H

#include "frame.h"
#include "program.h"

#include <sys/types.h>

/*
 * Sends ARTIFACT, ARTIFACT_DATA and COLLECTED. Only for a container in which no process of the run is left: then
 * nothing can change while it looks. `space` is for the globs. False for a request that is none.
 */
bool collect(uid_t uid, const struct frame *frame, struct strings *space);

/* The same for one file by its name; also between the calls of a session, when its processes are stopped. */
bool fetch(uid_t uid, const struct frame *frame);

#endif
