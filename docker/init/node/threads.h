/* What of Node.js, libuv and V8 is called here; Debian's packages of them have headers, and need all of npm for it. */
#ifndef SANDMILL_NODE_THREADS_H
#define SANDMILL_NODE_THREADS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint64_t uv_hrtime(void);
void *uv_default_loop(void);
int uv_loop_init(void *loop);
int uv_loop_fork(void *loop);
void uv_walk(void *loop, void (*visit)(void *handle, void *argument), void *argument);
enum { UV_ASYNC = 1 };
int uv_handle_get_type(const void *handle);
size_t uv_handle_size(int type);
int uv_async_send(void *handle);
int uv_run(void *loop, int mode);
void uv_sem_wait(void *semaphore);
void uv_cond_wait(void *condition, void *mutex);
void uv_mutex_lock(void *mutex);
void uv_mutex_unlock(void *mutex);

/* True as soon as the calling thread is the only one; false where that takes longer. */
bool threads_all_kept(int millis);
/* In the child: the event loops share nothing with the parent's any more. */
bool threads_own_loops(void);
/* In the child: each of them has a thread again. */
bool threads_go_on(void);
/* From here on this much less has passed. */
void threads_shift_clock(uint64_t nanos);

#endif
