/* A process started ahead of its program, under the uid that the program will have, without any right; used once. */
#ifndef SANDMILL_AHEAD_H
#define SANDMILL_AHEAD_H

#include "program.h"

/* Remembers the command. */
void ahead_configure(const struct strings *argv, const struct strings *env);
bool ahead_configured(void);

/* How long to wait for one: in a new container, and before a program, on nobody's clock but the caller's. */
enum { AHEAD_FIRST_MILLIS = 5000, AHEAD_NEXT_MILLIS = 2500 };

/* Starts it in the workspace, which has to be there. Where there is none in the end, programs are executed. */
void ahead_start(uid_t uid);
/* Waits until it is ready; what is not by then is killed. */
void ahead_settle(int millis);

bool ahead_waits(void);
bool ahead_is(pid_t pid);
/* Its threads; 0 when there is none. */
unsigned ahead_pids(void);
/* What it holds for itself: it is part of its program. */
uint64_t ahead_memory_bytes(void);
void ahead_died(void);
/* Kills it; it is gone afterwards. */
void ahead_abandon(void);

/* It becomes the program; launch.pid is 0 when there is none. */
struct launch ahead_take(const struct run_spec *spec);

#endif
