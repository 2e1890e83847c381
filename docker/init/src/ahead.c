#define _GNU_SOURCE
#include "ahead.h"

#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MESSAGE_MAX_BYTES = 2 * STRINGS_MAX_BYTES + 128 };

static struct strings command;
static struct strings environment;
static bool configured;
static pid_t ahead;
static bool ready;
static int channel = -1;
static struct pipes pipes = {-1, -1, -1};
static uint64_t memory_before;

void ahead_configure(const struct strings *argv, const struct strings *env) {
    strings_copy(&command, argv);
    strings_copy(&environment, env);
    configured = command.count > 0;
}

bool ahead_configured(void) { return configured; }
bool ahead_waits(void) { return ahead > 0; }
bool ahead_is(pid_t pid) { return ahead > 0 && pid == ahead; }
int ahead_channel(void) { return channel; }
uint64_t ahead_memory_before(void) { return memory_before; }

unsigned ahead_pids(void) {
    char path[64];
    struct stat tasks;
    snprintf(path, sizeof path, "/proc/%d/task", ahead);
    return ahead > 0 && stat(path, &tasks) == 0 && tasks.st_nlink > 2 ? (unsigned)tasks.st_nlink - 2 : 0;
}

static int64_t now_millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* From here on it is the program's own process, or none. */
static void let_go(void) {
    ahead = 0;
    if (channel >= 0) {
        close(channel);
        channel = -1;
    }
    pipes = (struct pipes){-1, -1, -1};
}

void ahead_died(void) {
    close_all(&pipes.in, 3);
    let_go();
}

void ahead_abandon(void) {
    if (ahead > 0) {
        kill(ahead, SIGKILL);
        while (waitpid(ahead, NULL, 0) < 0 && errno == EINTR) {
        }
        ahead_died();
    }
}

static bool comes_up(int millis) {
    char word[8];
    struct pollfd wait = {.fd = channel, .events = POLLIN};
    int64_t until = now_millis() + millis;
    int64_t left = millis;
    int up;
    do {
        up = poll(&wait, 1, (int)left);
        left = until - now_millis();
    } while (up < 0 && errno == EINTR && left > 0);
    return up == 1 && recv(channel, word, sizeof word, MSG_DONTWAIT) == 5;
}

void ahead_settle(int millis) {
    if (ahead > 0 && !ready) {
        ready = comes_up(millis);
        if (!ready) {
            ahead_abandon();
        }
    }
}

void ahead_start(uid_t uid) {
    int pair[2];
    int theirs[3];
    memory_before = cgroup_memory_bytes();
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        return;
    }
    channel = pair[0];
    int room = 2 * MESSAGE_MAX_BYTES;
    setsockopt(channel, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    struct launch launch = {.pid = -1, .error = EAGAIN};
    if (pipes_open(&pipes, theirs, uid)) {
        launch = program_fork(uid, &command, &environment, theirs, pair[1]);
        close_all(theirs, 3);
    }
    close(pair[1]);
    ahead = launch.pid > 0 ? launch.pid : 0;
    ready = false;
    if (ahead == 0) {
        ahead_died();
    } else if (launch.error != 0) {
        ahead_abandon();
    }
}

/* A step gets pipes that may be closed at its end; the process keeps its own for the step that follows. */
static bool lend(struct pipes *lent) {
    *lent = (struct pipes){
        .in = -1, .out = fcntl(pipes.out, F_DUPFD_CLOEXEC, 0), .err = fcntl(pipes.err, F_DUPFD_CLOEXEC, 0)};
    return lent->out >= 0 && lent->err >= 0;
}

struct launch ahead_take(const struct run_spec *spec) {
    static char message[MESSAGE_MAX_BYTES];
    struct launch launch = {.pid = 0, .pipes = {-1, -1, -1}};
    if (ahead <= 0 || !ready) {
        return launch;
    }
    int printed = snprintf(message, sizeof message, "%u%c", spec->argv.count, 0);
    size_t length = (size_t)printed;
    memcpy(message + length, spec->argv.text, spec->argv.bytes);
    length += spec->argv.bytes;
    memcpy(message + length, spec->env.text, spec->env.bytes);
    length += spec->env.bytes;
    if ((spec->keeps && !lend(&launch.pipes)) ||
        send(channel, message, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length) {
        close_all(&launch.pipes.in, 3);
        ahead_abandon();
        return launch;
    }
    launch.pid = ahead;
    if (!spec->keeps) {
        launch.pipes = pipes;
        let_go();
    }
    return launch;
}

static uint64_t resident_peak_bytes(void) {
    char path[64];
    char line[256];
    uint64_t bytes = 0;
    snprintf(path, sizeof path, "/proc/%d/status", ahead);
    FILE *status = fopen(path, "re");
    while (status != NULL && bytes == 0 && fgets(line, sizeof line, status) != NULL) {
        bytes = strncmp(line, "VmHWM:", 6) == 0 ? strtoull(line + 6, NULL, 10) * 1024 : 0;
    }
    if (status != NULL) {
        fclose(status);
    }
    return bytes;
}

bool ahead_answered(int *code, uint64_t *peak_bytes) {
    char text[16];
    ssize_t got = channel < 0 ? -1 : recv(channel, text, sizeof text - 1, MSG_DONTWAIT);
    if (got <= 0) {
        return false;
    }
    text[got] = '\0';
    *code = (int)(strtoul(text, NULL, 10) & 0xff);
    *peak_bytes = resident_peak_bytes();
    return true;
}
