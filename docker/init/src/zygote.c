#define _GNU_SOURCE
#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHANNEL_FD = 3, START_MILLIS = 10000, MESSAGE_MAX_BYTES = 2 * STRINGS_MAX_BYTES + 128 };
/* Less than half of what a socket takes by default; seccomp keeps that from being changed. */
enum { PIECE_BYTES = 64 * 1024 };

static struct strings command;
static struct strings environment;
static bool configured;
static pid_t zygote;
static bool spare; /* a child of it waits for a program */
static int channel = -1;

_Noreturn static void become(const int theirs[3], int ours) {
    child_signals();
    if (dup2(theirs[0], 0) == 0 && dup2(theirs[1], 1) == 1 && dup2(theirs[1], 2) == 2 &&
        dup2(ours, CHANNEL_FD) == CHANNEL_FD && fcntl(CHANNEL_FD, F_SETFD, 0) == 0 &&
        close_range(CHANNEL_FD + 1, INT_MAX, 0) == 0) {
        execve(command.list[0], command.list, environment.list);
    }
    _exit(127);
}

static const char *failure(int complaints) {
    static char text[1024];
    int printed = snprintf(text, sizeof text, "the warm interpreter %s did not come up: ", command.list[0]);
    ssize_t got = printed < 0 ? -1 : read(complaints, text + printed, sizeof text - (size_t)printed - 1);
    text[printed < 0 ? 0 : printed + (got > 0 ? got : 0)] = '\0';
    return text;
}

static void fork_ahead(void) { spare = spare || send(channel, "fork", 4, MSG_NOSIGNAL) == 4; }

static const char *start(void) {
    int pair[2];
    struct pipes ours;
    int theirs[3];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0 || !pipes_open(&ours, theirs, 0)) {
        return strerror(errno);
    }
    zygote = fork();
    if (zygote == 0) {
        become(theirs, pair[1]);
    }
    close_all(theirs, 3);
    close(pair[1]);
    channel = pair[0];
    char ready[8];
    struct pollfd wait = {.fd = channel, .events = POLLIN};
    bool up = zygote > 0 && poll(&wait, 1, START_MILLIS) == 1 && read(channel, ready, sizeof ready) == 5;
    const char *why = up ? NULL : failure(ours.out);
    if (!up) {
        if (zygote > 0) {
            kill(zygote, SIGKILL);
            waitpid(zygote, NULL, 0);
        }
        zygote_died();
    }
    close(ours.in);
    close(ours.out);
    close(ours.err);
    return why;
}

const char *zygote_ensure(void) {
    const char *why = configured && zygote <= 0 ? start() : NULL;
    if (configured && why == NULL) {
        fork_ahead();
    }
    return why;
}

void zygote_configure(const struct strings *argv, const struct strings *env) {
    if (argv->count > 0) {
        strings_copy(&command, argv);
        strings_copy(&environment, env);
        configured = true;
        configured = zygote_ensure() == NULL;
    }
}

unsigned zygote_count(void) { return zygote > 0 ? 1 + (unsigned)spare : 0; }
bool zygote_is(pid_t pid) { return zygote > 0 && pid == zygote; }
int zygote_channel(void) { return channel; }

void zygote_died(void) {
    zygote = 0;
    spare = false;
    if (channel >= 0) {
        close(channel);
        channel = -1;
    }
}

void zygote_release(void) {
    if (zygote > 0) {
        kill(zygote, SIGKILL);
        while (waitpid(zygote, NULL, 0) < 0 && errno == EINTR) {
        }
        zygote_died();
    }
}

struct launch zygote_start_program(const struct run_spec *spec) {
    static char message[MESSAGE_MAX_BYTES];
    struct launch launch = {.pid = 0, .pipes = {-1, -1, -1}};
    int theirs[3];
    char early;
    if (zygote > 0 && recv(channel, &early, 1, MSG_DONTWAIT) >= 0) {
        /* The waiting child has ended without a program. */
        kill(zygote, SIGKILL);
        launch.error = ECHILD;
        launch.pid = -1;
        return launch;
    }
    if (zygote > 0) {
        fork_ahead();
    }
    if (zygote <= 0 || !pipes_open(&launch.pipes, theirs, spec->uid)) {
        launch.error = zygote <= 0 ? ESRCH : errno;
        launch.pid = -1;
        return launch;
    }
    int printed = snprintf(message + 4, sizeof message - 4, "%u%c%u%c", spec->uid, 0, spec->argv.count, 0);
    size_t length = 4 + (size_t)printed;
    memcpy(message + length, spec->argv.text, spec->argv.bytes);
    length += spec->argv.bytes;
    memcpy(message + length, spec->env.text, spec->env.bytes);
    length += spec->env.bytes;
    put_u32((uint8_t *)message, (uint32_t)length);

    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof theirs)];
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof theirs), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    memcpy(CMSG_DATA(&control.header), theirs, sizeof theirs);
    size_t first = length < PIECE_BYTES ? length : PIECE_BYTES;
    struct iovec body = {message, first};
    struct msghdr whole = {
        .msg_iov = &body, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    bool sent = sendmsg(channel, &whole, MSG_NOSIGNAL) == (ssize_t)first;
    for (size_t at = first; sent && at < length; at += PIECE_BYTES) {
        size_t piece = length - at < PIECE_BYTES ? length - at : PIECE_BYTES;
        sent = send(channel, message + at, piece, MSG_NOSIGNAL) == (ssize_t)piece;
    }
    if (!sent) {
        launch.error = errno;
        launch.pid = -1;
    }
    spare = false;
    close_all(theirs, 3);
    return launch;
}

bool zygote_program_ended(int *status, uint64_t *peak_bytes) {
    char text[64];
    ssize_t got = channel < 0 ? -1 : recv(channel, text, sizeof text - 1, MSG_DONTWAIT);
    if (got <= 0) {
        return false;
    }
    text[got] = '\0';
    char *rest = text;
    *status = (int)strtol(rest, &rest, 10);
    *peak_bytes = strtoull(rest, NULL, 10) * 1024;
    return true;
}
