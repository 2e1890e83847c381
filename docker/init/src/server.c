#define _GNU_SOURCE
#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static struct strings command;
static struct strings environment;
static uid_t user;
static bool configured;
static pid_t server;
static bool ready;
static int channel = -1;

bool server_read(struct cursor *cursor) { return strings_read(&command, cursor); }
bool server_configured(void) { return command.count > 0; }
unsigned server_pids(void) { return program_threads(server); }
bool server_is(pid_t pid) { return server > 0 && pid == server; }

void server_configure(uid_t uid, const struct strings *env) {
    strings_copy(&environment, env);
    user = uid;
    configured = true;
}

void server_died(void) {
    server = 0;
    close_all(&channel, 1);
}

void server_abandon(void) {
    if (server > 0) {
        kill(server, SIGKILL);
        while (waitpid(server, NULL, 0) < 0 && errno == EINTR) {
        }
        server_died();
    }
}

void server_ensure(void) {
    int pair[2];
    if (!configured || server > 0 || socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        return;
    }
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    int theirs[3] = {nothing, nothing, nothing};
    struct launch launch = {.pid = -1, .error = EAGAIN};
    if (nothing >= 0) {
        launch = program_fork(&(struct child){.uid = user,
                                              .folder = "/",
                                              .argv = &command,
                                              .env = &environment,
                                              .theirs = theirs,
                                              .channel = pair[1],
                                              .outlives = true});
    }
    close_all(&nothing, 1);
    close(pair[1]);
    channel = pair[0];
    server = launch.pid > 0 ? launch.pid : 0;
    ready = false;
    if (server == 0) {
        server_died();
    } else if (launch.error != 0) {
        server_abandon();
    }
}

void server_settle(int millis) {
    if (server > 0 && !ready) {
        ready = program_is_ready(channel, millis);
        if (!ready) {
            server_abandon();
        }
    }
}

static bool hand_over(int connection) {
    char word = 'c';
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(sizeof connection)];
    } control = {.header = {
                     .cmsg_len = CMSG_LEN(sizeof connection), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
    memcpy(CMSG_DATA(&control.header), &connection, sizeof connection);
    struct iovec body = {&word, 1};
    struct msghdr message = {
        .msg_iov = &body, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    return sendmsg(channel, &message, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

int server_connect(void) {
    int pair[2];
    if (server <= 0 || !ready || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        return -1;
    }
    if (!hand_over(pair[0])) {
        server_abandon();
        close_all(&pair[1], 1);
    }
    close(pair[0]);
    return pair[1];
}
