/* A run from its start to its end: limits, output, input, and the truth about why it ended. */
#ifndef SANDMILL_RUN_H
#define SANDMILL_RUN_H

#include "program.h"

#include <poll.h>

enum { RUN_POLLS = 4 };

enum exit_kind { KIND_EXITED = 0, KIND_SIGNALLED = 1, KIND_NOT_EXECUTED = 2, KIND_LOST = 3, KIND_RETURNED = 4 };
enum run_limit { LIMIT_NONE = 0, LIMIT_WALL = 1, LIMIT_CPU = 2, LIMIT_OUTPUT = 3, LIMIT_CANCEL = 4, LIMIT_MEMORY = 5,
    LIMIT_PIDS = 6 };

/* Processes of this container when no program runs: init and a zygote. */
void run_start(const struct run_spec *spec);
bool run_active(void);

/* More input; false when the host sent more than was acknowledged. */
bool run_stdin(const uint8_t *bytes, size_t length);
void run_stdin_end(void);
void run_cancel(void);

/* What to wait for, and how long at most, in milliseconds. */
int run_polls(struct pollfd *polls);
int run_timeout_millis(void);

/* Whether the last one ended by itself or by a signal, within its limits, with nothing of it to kill. */
bool run_ended_ordinarily(void);

/* Looks at pipes, limits and children; sends EXIT when it is over. */
void run_step(void);

/* Collects ended children; called whenever SIGCHLD came. */
void run_reap(void);

#endif
