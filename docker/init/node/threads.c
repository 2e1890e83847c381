/*
 * The threads of Node.js across a fork, which copies only the one that calls it. This library is loaded in front of
 * Node.js's own and stands between it and the calls that its helpers wait in: the platform's workers, its scheduler and
 * the one that waits for a debugger. Each runs on a stack of ours. Where it first has nothing to do, it is kept: its
 * context is saved and its thread ends, so that the process which forks has a single thread. The child gives each of
 * them a thread again, which goes on from there as after a wake-up without a cause, as every wait allows for.
 */
#define _GNU_SOURCE
#include "threads.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { THREADS_MAX = 64, LOOPS_MAX = 16, STACK_BYTES = 8 << 20, GUARD_BYTES = 64 << 10, CARRIER_BYTES = 256 << 10 };

struct helper {
    void *(*start)(void *);
    void *argument;
    pthread_t *name; /* where Node.js looks when it joins it; NULL when it never does */
    ucontext_t carrier, kept;
};

static struct helper helpers[THREADS_MAX];
static int count;
static void *loops[LOOPS_MAX];
static atomic_int loop_count;
static volatile bool keeping = true;
static uint64_t shift_nanos;
static __thread struct helper *mine;

/* Another thread goes on in the middle of a function here: nothing may remember where `mine` is. */
static __attribute__((noipa)) struct helper *own(void) { return mine; }
static __attribute__((noipa)) void own_is(struct helper *helper) { mine = helper; }

/* What stands behind ours; a library that lacks it is none that this can work with. */
static void *behind(const char *name) {
    void *function = dlsym(RTLD_NEXT, name);
    if (function == NULL) {
        abort();
    }
    return function;
}

#define BEHIND(name)                                                                                                   \
    static __typeof__(name) *real;                                                                                     \
    real = real != NULL ? real : (__typeof__(name) *)behind(#name)

static void begin(void) {
    own()->start(own()->argument);
    setcontext(&own()->carrier);
}

static void *carry(void *helper) {
    own_is(helper);
    swapcontext(&own()->carrier, &own()->kept);
    return NULL;
}

static bool stays(void) { return !keeping || own() == NULL; }

static void keep(void) { swapcontext(&own()->kept, &own()->carrier); }

static bool prepare(struct helper *helper) {
    char *stack = mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (stack == MAP_FAILED || mprotect(stack, GUARD_BYTES, PROT_NONE) != 0 || getcontext(&helper->kept) != 0) {
        return false;
    }
    helper->kept.uc_stack.ss_sp = stack;
    helper->kept.uc_stack.ss_size = STACK_BYTES;
    makecontext(&helper->kept, begin, 0);
    return true;
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
    BEHIND(pthread_create);
    if (!keeping) {
        return real(thread, attributes, start, argument);
    }
    int detached = PTHREAD_CREATE_JOINABLE;
    struct helper *helper = &helpers[count];
    if (count == THREADS_MAX || !prepare(helper)) {
        return EAGAIN;
    }
    if (attributes != NULL) {
        pthread_attr_getdetachstate(attributes, &detached);
    }
    helper->start = start;
    helper->argument = argument;
    helper->name = detached == PTHREAD_CREATE_DETACHED ? NULL : thread;
    int error = real(thread, attributes, carry, helper);
    count += error == 0;
    return error;
}

void uv_cond_wait(void *condition, void *mutex) {
    BEHIND(uv_cond_wait);
    if (stays()) {
        real(condition, mutex);
        return;
    }
    uv_mutex_unlock(mutex);
    keep();
    uv_mutex_lock(mutex);
}

void uv_sem_wait(void *semaphore) {
    BEHIND(uv_sem_wait);
    if (!stays()) {
        keep();
    }
    real(semaphore);
}

/* Beside the one that programs run in, which libuv makes itself. */
int uv_loop_init(void *loop) {
    BEHIND(uv_loop_init);
    int error = real(loop);
    if (error == 0 && keeping) {
        int at = atomic_fetch_add(&loop_count, 1);
        if (at < LOOPS_MAX) {
            loops[at] = loop;
        }
    }
    return error;
}

int uv_run(void *loop, int mode) {
    BEHIND(uv_run);
    if (!stays()) {
        keep();
    }
    return real(loop, mode);
}

/* V8 keeps its heap from children, which it takes for other programs. */
int madvise(void *address, size_t length, int advice) {
    BEHIND(madvise);
    return keeping && advice == MADV_DONTFORK ? 0 : real(address, length, advice);
}

/* The clock that Node.js counts a process's age by. */
uint64_t uv_hrtime(void) {
    BEHIND(uv_hrtime);
    return real() - shift_nanos;
}

void threads_shift_clock(uint64_t nanos) { shift_nanos = nanos; }

bool threads_all_kept(int millis) {
    const struct timespec moment = {.tv_nsec = 1000000};
    struct stat tasks;
    while (stat("/proc/self/task", &tasks) == 0 && tasks.st_nlink != 3) {
        if (millis-- == 0) {
            return false;
        }
        nanosleep(&moment, NULL);
    }
    return true;
}

/* Where a wake-up waits: libuv's structure of this name, up to there. */
struct wakeup {
    char handle[96];
    void *callback;
    void *queue[2];
    int pending;
};

/* A wake-up that was not answered is counted as under way, for ever, because its event stayed with the parent. */
static void wake_again(void *handle, void *none) {
    (void)none;
    struct wakeup *wakeup = handle;
    if (uv_handle_get_type(handle) == UV_ASYNC && wakeup->pending != 0) {
        wakeup->pending = 0;
        uv_async_send(handle);
    }
}

static bool own_loop(void *loop) {
    if (uv_handle_size(UV_ASYNC) != sizeof(struct wakeup) || uv_loop_fork(loop) != 0) {
        return false;
    }
    uv_walk(loop, wake_again, NULL);
    return true;
}

bool threads_own_loops(void) {
    bool all = loop_count <= LOOPS_MAX && own_loop(uv_default_loop());
    for (int i = 0; i < loop_count && all; i++) {
        all = own_loop(loops[i]);
    }
    return all;
}

bool threads_go_on(void) {
    pthread_attr_t small;
    pthread_t unnamed;
    keeping = false;
    if (pthread_attr_init(&small) != 0 || pthread_attr_setstacksize(&small, CARRIER_BYTES) != 0) {
        return false;
    }
    for (int i = 0; i < count; i++) {
        pthread_t *name = helpers[i].name == NULL ? &unnamed : helpers[i].name;
        if (pthread_create(name, &small, carry, &helpers[i]) != 0) {
            return false;
        }
        if (helpers[i].name == NULL) {
            pthread_detach(unnamed);
        }
    }
    return pthread_attr_destroy(&small) == 0;
}
