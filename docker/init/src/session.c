#define _GNU_SOURCE
#include "session.h"

#include "cgroup.h"
#include "channel.h"
#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Root's folder. A driver finds both ends of its control channel by name, so no program inherits them. */
#define FOLDER "/dev/sandmill"
#define CALLS FOLDER "/calls"
#define ENDS FOLDER "/ends"
#define SOURCE FOLDER "/source"

enum { SOURCE_MAX_BYTES = 8 * 1024 * 1024, LINE_BYTES = 48, WATCH_MILLIS = 500, IDLE_CPU_MICROS = 1000 * 1000 };

static struct {
    bool lives;
    bool paused;
    bool forked; /* and not yet init's own child */
    pid_t pid;
    unsigned number; /* of the call; the driver's start is 0 */
    int calls, ends, source;
    uint64_t source_bytes;
    char line[LINE_BYTES];
    size_t used;
    bool returned;
    uint32_t code;
    struct pipes pipes;
    uint64_t memory_base_bytes;
    uint64_t idle_cpu_micros;
} session = {.calls = -1, .ends = -1, .source = -1, .pipes = {-1, -1, -1}};

bool session_lives(void) { return session.lives; }
uint64_t session_memory_base_bytes(void) { return session.memory_base_bytes; }
int session_channel(void) { return session.ends; }
void session_keep(struct pipes pipes) { session.pipes = pipes; }

static int fifo(const char *path, mode_t mode) {
    unlink(path);
    if (mkfifo(path, mode) != 0 || chmod(path, mode) != 0) {
        return -1;
    }
    return open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
}

static bool open_channel(void) {
    if (mkdir(FOLDER, 0755) != 0 && errno != EEXIST) {
        return false;
    }
    session.calls = fifo(CALLS, 0644);
    session.ends = fifo(ENDS, 0622);
    return session.calls >= 0 && session.ends >= 0 && session_source_begin() == 0;
}

int session_source_begin(void) {
    close_all(&session.source, 1);
    session.source_bytes = 0;
    session.source = open(SOURCE, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    return session.source < 0 ? errno : 0;
}

int session_source_append(const uint8_t *bytes, size_t length) {
    if (length > SOURCE_MAX_BYTES - session.source_bytes) {
        return EFBIG;
    }
    session.source_bytes += length;
    while (length > 0) {
        ssize_t wrote = write(session.source, bytes, length);
        if (wrote < 0 && errno != EINTR) {
            return errno;
        }
        bytes += wrote < 0 ? 0 : wrote;
        length -= wrote < 0 ? 0 : (size_t)wrote;
    }
    return 0;
}

/* The next call's number, one line, wakes the driver. */
static int announce(void) {
    char text[16];
    int length = snprintf(text, sizeof text, "%u\n", ++session.number);
    close_all(&session.source, 1);
    return write(session.calls, text, (size_t)length) == length ? 0 : EPIPE;
}

struct launch session_start(const struct run_spec *spec) {
    session.returned = false;
    if (session.lives) {
        kill(-1, SIGCONT);
        session.paused = false;
        return (struct launch){.pid = session.pid, .error = announce(), .pipes = session.pipes};
    }
    session.memory_base_bytes = cgroup_memory_bytes();
    session.number = 0;
    session.used = 0;
    if (!open_channel()) {
        return (struct launch){.pid = -1, .error = errno, .pipes = {-1, -1, -1}};
    }
    session.forked = spec->warm && zygote_count() > 0;
    struct launch launch = session.forked ? zygote_start_program(spec) : program_start(spec);
    session.lives = launch.error == 0;
    session.paused = false;
    session.pid = launch.pid;
    return launch;
}

/* Nothing of a session runs between its calls: no process can refuse this signal, or fork while it comes. */
static void pause_all(void) {
    kill(-1, SIGSTOP);
    session.paused = true;
    session.idle_cpu_micros = cgroup_cpu_micros();
}

/* "NUMBER CODE", the end of a call, or "+PID", a process that goes on as the driver. Anything else is noise. */
static void heard(const char *line) {
    char *rest;
    if (line[0] == '+') {
        long pid = strtol(line + 1, &rest, 10);
        if (pid > 1 && *rest == '\0' && kill((pid_t)pid, 0) == 0) {
            session.pid = (pid_t)pid;
        }
        return;
    }
    unsigned long number = strtoul(line, &rest, 10);
    if (rest == line || *rest != ' ' || number != session.number) {
        return;
    }
    const char *digits = rest + 1;
    unsigned long code = strtoul(digits, &rest, 10);
    if (rest != digits && *rest == '\0' && code <= 255) {
        session.returned = true;
        session.code = (uint32_t)code;
    }
}

/* At most one buffer at a time, so that a flood of lines keeps nobody from the limits. */
static void listen_once(void) {
    char text[512];
    ssize_t got = session.ends < 0 ? -1 : read(session.ends, text, sizeof text);
    for (ssize_t i = 0; i < got; i++) {
        if (text[i] != '\n') {
            session.used += session.used < LINE_BYTES;
            session.line[session.used - 1] = text[i];
            continue;
        }
        if (session.used < LINE_BYTES) {
            session.line[session.used] = '\0';
            heard(session.line);
        }
        session.used = 0;
    }
}

bool session_returned(uint32_t *code) {
    if (!session.returned) {
        listen_once();
    }
    if (!session.returned) {
        return false;
    }
    *code = session.code;
    if (session.forked) {
        session.forked = false;
        zygote_release();
        session.lives = session.pid > 0; /* it has to have said its number, or nobody would see its end */
    }
    pause_all();
    return true;
}

bool session_reaped(pid_t pid) {
    if (!session.lives || pid != session.pid) {
        return false;
    }
    listen_once();
    if (pid != session.pid) {
        return false;
    }
    session.lives = false;
    return true;
}

void session_end(void) {
    session.lives = false;
    close_all(&session.calls, 1);
    close_all(&session.ends, 1);
    close_all(&session.source, 1);
    close_all(&session.pipes.in, 1);
    close_all(&session.pipes.out, 1);
    close_all(&session.pipes.err, 1);
}

int session_timeout_millis(void) { return session.lives ? WATCH_MILLIS : -1; }

/* A process can have a timer of the kernel wake it. One that runs on then takes the container with it. */
void session_watch(void) {
    if (session.lives && session.paused && cgroup_cpu_micros() - session.idle_cpu_micros >= IDLE_CPU_MICROS) {
        die("sandmill-init: a session used the processor between its calls\n");
    }
}
