#define _GNU_SOURCE
#include "ahead.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MESSAGE_MAX_BYTES = 2 * STRINGS_MAX_BYTES + 128 };

static struct strings command;
static struct strings environment;
static bool configured;
static pid_t ahead;
static bool ready;
static int channel = -1;
static struct pipes pipes = {-1, -1, -1};

void ahead_configure(const struct strings *argv, const struct strings *env) {
    strings_copy(&command, argv);
    strings_copy(&environment, env);
    configured = command.count > 0;
}

bool ahead_configured(void) { return configured; }
bool ahead_waits(void) { return ahead > 0; }
bool ahead_is(pid_t pid) { return ahead > 0 && pid == ahead; }
unsigned ahead_pids(void) { return program_threads(ahead); }

uint64_t ahead_memory_bytes(void) {
    char path[64];
    unsigned long long resident = 0;
    unsigned long long shared = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", ahead);
    FILE *pages = ahead > 0 ? fopen(path, "re") : NULL;
    if (pages == NULL) {
        return 0;
    }
    bool whole = fscanf(pages, "%*u %llu %llu", &resident, &shared) == 2 && resident > shared;
    fclose(pages);
    return whole ? (resident - shared) * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

/* From here on it is the program's own process, or none. */
static void let_go(void) {
    ahead = 0;
    close_all(&channel, 1);
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

void ahead_settle(int millis) {
    if (ahead > 0 && !ready) {
        ready = program_is_ready(channel, millis);
        if (!ready) {
            ahead_abandon();
        }
    }
}

void ahead_start(uid_t uid) {
    int pair[2];
    int theirs[3];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        return;
    }
    channel = pair[0];
    int room = 2 * MESSAGE_MAX_BYTES;
    setsockopt(channel, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
    struct launch launch = {.pid = -1, .error = EAGAIN};
    if (pipes_open(&pipes, theirs, uid)) {
        launch = program_fork(&(struct child){.uid = uid,
                                              .folder = WORKSPACE,
                                              .argv = &command,
                                              .env = &environment,
                                              .theirs = theirs,
                                              .channel = pair[1]});
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
    if (send(channel, message, length, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)length) {
        ahead_abandon();
        return launch;
    }
    launch.pid = ahead;
    launch.pipes = pipes;
    let_go();
    return launch;
}
