/*
 * A process that serves the compile steps of all runs of its container, as a compiler that stays warm. It never runs
 * anything of a program's: a step's own process, under the run's uid, sends it sources and writes down what it answers.
 * It has a uid of its own and no right.
 */
#ifndef SANDMILL_SERVER_H
#define SANDMILL_SERVER_H

#include "program.h"

/* How long to wait for one: in a new container, and before a program, on nobody's clock but the caller's. */
enum { SERVER_FIRST_MILLIS = 12000, SERVER_NEXT_MILLIS = 5000 };

/* Its command, as HELLO has it, without words for none; false for what is no list of them. */
bool server_read(struct cursor *cursor);
bool server_configured(void);
void server_configure(uid_t uid, const struct strings *env);

/* Starts it where it is not there. */
void server_ensure(void);
/* Waits until it is ready; what is not by then is killed. */
void server_settle(int millis);

/* A connection to it: the end for descriptor 3 of a step's process; -1 where it cannot be had. */
int server_connect(void);

/* Its threads; 0 when there is none. */
unsigned server_pids(void);
bool server_is(pid_t pid);
void server_died(void);
/* Kills it; it is gone afterwards. */
void server_abandon(void);

#endif
