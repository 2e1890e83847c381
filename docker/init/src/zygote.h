/* A warm interpreter: started ahead, forks one child per run, which becomes the program. */
#ifndef SANDMILL_ZYGOTE_H
#define SANDMILL_ZYGOTE_H

#include "program.h"

/* Remembers the command and starts it. Where it does not come up there is none, and programs are executed. */
void zygote_configure(const struct strings *argv, const struct strings *env);
/* Starts it again when it is not there, and has it fork ahead; NULL, or why it did not come up. */
const char *zygote_ensure(void);
/* Processes that belong to it, none of them a program: at most itself and a child that waits for one. */
unsigned zygote_count(void);
bool zygote_is(pid_t pid);
void zygote_died(void);
/* Ends it; what it forked goes on as init's own child. */
void zygote_release(void);

/* Hands a run to it; its end is then read from zygote_channel(). */
struct launch zygote_start_program(const struct run_spec *spec);
int zygote_channel(void);
/* True when the program ended: its wait status and peak resident size. */
bool zygote_program_ended(int *status, uint64_t *peak_bytes);

#endif
