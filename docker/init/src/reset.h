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

/*
 * Empties every place that programs may write to, but for an entry of the workspace's mount with that path; and the folder
 * itself, with all that is in it. As whoever the caller acts as. 0 or an errno.
 */
int reset_empty(const char *but);
int reset_remove(const char *path);

#endif
