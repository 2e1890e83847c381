/* Proof that nothing of a run is left: processes, files, bytes, inodes, IPC objects. */
#ifndef SANDMILL_RESET_H
#define SANDMILL_RESET_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Lets programs write to the workspace mount and /tmp; false where these are not init's own mounts. */
bool reset_open(void);

/* Remembers how the container looks before any program ran. */
void reset_remember(void);

/* Empties every place that programs may write to; NULL when all of it is as remembered, else what is not. */
const char *reset_prove(uid_t uid);

#endif
