/* A session: one driver process that runs one call after the other, and whatever the calls leave behind. */
#ifndef SANDMILL_SESSION_H
#define SANDMILL_SESSION_H

#include "program.h"

/* Whether there is a driver that can take a call. */
bool session_lives(void);

/* The source of the next call; 0 or errno. */
int session_source_begin(void);
int session_source_append(const uint8_t *bytes, size_t length);

/* Starts the driver, or lets the one that lives go on with the next call. */
struct launch session_start(const struct run_spec *spec);
/* What the container held before the session had a process. */
uint64_t session_memory_base_bytes(void);
/* Readable when the driver has something to say. */
int session_channel(void);
/* True when the driver said that the call has ended; everything is stopped then, until the next call. */
bool session_returned(uint32_t *code);
/* True when this was the driver, and no process of its own choice took its place. */
bool session_reaped(pid_t pid);
/* Keeps the pipes for the next call. */
void session_keep(struct pipes pipes);
void session_end(void);

/* Between calls: what to wait for at most, and a look at whether nothing runs. */
int session_timeout_millis(void);
void session_watch(void);

#endif
