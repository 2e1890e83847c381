/* The one program of a run: what the host asked for, and how it becomes a process. */
#ifndef SANDMILL_PROGRAM_H
#define SANDMILL_PROGRAM_H

#include "frame.h"

#include <sys/types.h>

#ifndef WORK_MOUNT /* tests have one of their own */
#define WORK_MOUNT "/workspace"
#endif
#define WORKSPACE WORK_MOUNT "/run"

enum { FIRST_RUN_UID = 100000 };
enum { STRINGS_MAX = 4096, STRINGS_MAX_BYTES = 128 * 1024 };

/* Zero-ended strings one after the other, and a NULL-ended list of them, as execve wants it. */
struct strings {
    uint32_t count;
    size_t bytes;
    char *list[STRINGS_MAX + 1];
    char text[STRINGS_MAX_BYTES];
};

struct run_spec {
    uid_t uid;
    bool warm;
    bool continues; /* in the workspace of the run before, as it left it */
    bool session;   /* its program is the driver of a session */
    bool keeps;     /* a process started ahead, for the run that continues this one */
    bool saves;     /* what it finds, for those that continue after it */
    bool restores;  /* what was saved, before it */
    bool resets;    /* the last of its workspace: after an ordinary end init resets without being told */
    uint64_t wall_micros;
    uint64_t cpu_micros;
    uint64_t output_bytes;
    struct strings argv;
    struct strings env;
};

/* False, with a reason, for what cannot be run. */
bool run_spec_read(struct run_spec *spec, const struct frame *frame, const char **why);

/* Replaces the limits by those of a session's next call; false with a reason. */
bool run_spec_call(struct run_spec *spec, const struct frame *frame, const char **why);

/* False when more is asked for than fits, or a string has a zero byte inside. */
bool strings_read(struct strings *strings, struct cursor *cursor);
void strings_copy(struct strings *to, const struct strings *from);

/* Init's ends of the program's pipes; none of them blocks. */
struct pipes {
    int in;
    int out;
    int err;
};

struct launch {
    pid_t pid; /* 0 when it is no child of init, and for none */
    int error; /* errno of the failed step, 0 when the program runs */
    struct pipes pipes;
};

/* Forks and executes. */
struct launch program_start(const struct run_spec *spec);
/* The same; `channel`, unless negative, is its descriptor 3, and closed here. */
struct launch program_start_with(const struct run_spec *spec, int channel);

/* A process to be, with pipes of the caller's. */
struct child {
    uid_t uid;
    const char *folder;
    const struct strings *argv;
    const struct strings *env;
    const int *theirs; /* three */
    int channel;       /* its descriptor 3, unless negative */
    bool outlives;     /* programs: they are killed first where memory ends */
};
struct launch program_fork(const struct child *child);

/* Whether it said `ready` on its channel; false as soon as it cannot any more. */
bool program_is_ready(int channel, int millis);
/* Its threads; 0 for none. */
unsigned program_threads(pid_t pid);

/* The pipes belong to `owner`, so that the program may open /dev/stdout; false with errno. */
bool pipes_open(struct pipes *ours, int theirs[3], uid_t owner);
void close_all(int *fds, size_t count);

/* Restores what init changed for itself; called in every child before it becomes something else. */
void child_signals(void);
void child_dies_first(void);

#endif
