/* The workspace as a compile step left it, for programs that run in it one after the other and see nothing of each other. */
#ifndef SANDMILL_SNAPSHOT_H
#define SANDMILL_SNAPSHOT_H

#include <sys/types.h>

/* Each is 0 or an errno. */
int snapshot_save(uid_t uid);
/* Empties every place that programs may write to before. */
int snapshot_restore(uid_t uid);

/* What was saved goes; nothing for none. */
int snapshot_drop(void);

#endif
