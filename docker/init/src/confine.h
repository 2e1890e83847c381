/*
 * What a program may open for writing, on kernels that have Landlock: everything that is mounted for it, and nothing in
 * /proc, where it could lower its own OOM score to that of init, or of the host's services. Compiled into init and into
 * the parts of the warm interpreters.
 */
#ifndef SANDMILL_CONFINE_H
#define SANDMILL_CONFINE_H

#include <stdbool.h>

/* Once, before the first program; false with errno where the kernel has Landlock and refuses. */
bool confine_prepare(void);
/* For this process and all that come of it, for good. Nothing where the kernel has no Landlock. */
bool confine(void);

#endif
