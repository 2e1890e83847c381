/*
 * javac's place in the compile step: has the sources compiled by a JVM in which javac is warm, at the other end of
 * descriptor 3, or else by one of its own, and writes down what that answers.
 *
 *   javac OUT ENTRY SOURCE...
 *
 * It runs under the run's user, so the compiler needs no right to any file of the run, and what it answers can reach no
 * further than the program itself will. Asked is: length and bytes of the entry's name; number of sources; for each,
 * length and bytes of its name and of its text. Answered are records: `t`, text for standard error; `f`, a file's name
 * and its content; `e`, one byte, the exit code, after which the connection is closed. Numbers are 4 bytes, big-endian.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SERVER_FD = 3, LOST = -1, DEFECT = 71, RECORD_MAX_BYTES = 256 * 1024 * 1024, TEXT_MAX_BYTES = 1024 * 1024 };

struct bytes {
    char *at;
    size_t length, room;
};

_Noreturn static void fail(const char *what, const char *why) {
    fprintf(stderr, "error: %s: %s\n", what, why);
    exit(1);
}

static void append(struct bytes *to, const void *from, size_t length) {
    if (length > to->room - to->length) {
        to->room = 2 * (to->room + length);
        to->at = realloc(to->at, to->room);
        if (to->at == NULL) {
            fail("javac", strerror(ENOMEM));
        }
    }
    memcpy(to->at + to->length, from, length);
    to->length += length;
}

static void append_number(struct bytes *to, size_t number) {
    uint32_t sent = htonl((uint32_t)number);
    append(to, &sent, sizeof sent);
}

static void append_text(struct bytes *to, const char *text) {
    append_number(to, strlen(text));
    append(to, text, strlen(text));
}

static void append_file(struct bytes *to, const char *name) {
    int fd = open(name, O_RDONLY | O_CLOEXEC);
    struct stat file;
    if (fd < 0 || fstat(fd, &file) != 0) {
        fail(name, strerror(errno));
    }
    append_number(to, 0);
    size_t begin = to->length;
    char piece[64 * 1024];
    ssize_t got;
    while ((got = read(fd, piece, sizeof piece)) > 0) {
        append(to, piece, (size_t)got);
    }
    if (got < 0) {
        fail(name, strerror(errno));
    }
    close(fd);
    uint32_t length = htonl((uint32_t)(to->length - begin));
    memcpy(to->at + begin - sizeof length, &length, sizeof length);
}

static bool put(int fd, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t wrote = write(fd, bytes, length);
        if (wrote < 0 && errno != EINTR) {
            return false;
        }
        bytes += wrote < 0 ? 0 : wrote;
        length -= wrote < 0 ? 0 : (size_t)wrote;
    }
    return true;
}

static bool get(int fd, void *to, size_t length) {
    char *at = to;
    while (length > 0) {
        ssize_t got = read(fd, at, length);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return false;
        }
        at += got < 0 ? 0 : got;
        length -= got < 0 ? 0 : (size_t)got;
    }
    return true;
}

/* The caller's to free; false when the other end is gone. */
static bool get_block(int fd, struct bytes *block) {
    uint32_t length;
    if (!get(fd, &length, sizeof length) || ntohl(length) > RECORD_MAX_BYTES) {
        return false;
    }
    block->length = ntohl(length);
    block->at = malloc(block->length + 1);
    if (block->at == NULL || !get(fd, block->at, block->length)) {
        free(block->at);
        return false;
    }
    block->at[block->length] = '\0';
    return true;
}

static void store(const char *out, const struct bytes *name, const struct bytes *content) {
    char path[PATH_MAX];
    int printed = snprintf(path, sizeof path, "%s/%s", out, name->at);
    if (printed < 0 || (size_t)printed >= sizeof path) {
        fail(name->at, strerror(ENAMETOOLONG));
    }
    for (char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0755) != 0 && errno != EEXIST) {
            fail(path, strerror(errno));
        }
        *slash = '/';
    }
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
    if (fd < 0 || !put(fd, content->at, content->length) || close(fd) != 0) {
        fail(path, strerror(errno));
    }
}

/*
 * The exit code, or LOST; nothing was printed then, and another may be asked. Waits for the end: what the
 * compiler is not to keep is free again then.
 */
static int ask(int fd, const struct bytes *request, const char *out) {
    struct bytes text = {NULL, 0, 0};
    bool printed = false;
    int code = LOST;
    char type;
    bool there = put(fd, request->at, request->length);
    while (there && get(fd, &type, 1)) {
        struct bytes first = {NULL, 0, 0};
        struct bytes second = {NULL, 0, 0};
        there = get_block(fd, &first) && (type != 'f' || get_block(fd, &second));
        if (there && type == 'f') {
            store(out, &first, &second);
        } else if (there && type == 't') {
            append(&text, first.at, first.length);
            if (text.length > TEXT_MAX_BYTES) {
                put(STDERR_FILENO, text.at, text.length);
                text.length = 0;
                printed = true;
            }
        } else if (there && type == 'e' && first.length == 1) {
            code = (unsigned char)first.at[0];
        }
        free(first.at);
        free(second.at);
    }
    if (code == LOST && printed) {
        fail("javac", "the compiler ended unexpectedly");
    }
    if (code != LOST) {
        put(STDERR_FILENO, text.at, text.length);
    }
    free(text.at);
    return code;
}

/* Until the last byte of what it was sent is read, the connection waits in the channel. */
static bool pass(int channel, int connection) {
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
    return sendmsg(channel, &message, MSG_NOSIGNAL) == 1;
}

/* A compiler for this alone: nothing but the JVM's own start is between it and the sources. */
static int ask_own(const struct bytes *request, const char *out) {
    int channel[2];
    int connection[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, channel) != 0 ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, connection) != 0 || !pass(channel[0], connection[1])) {
        fail("javac", strerror(errno));
    }
    pid_t pid = fork();
    if (pid < 0) {
        fail("javac", strerror(errno));
    }
    if (pid == 0) {
        dup2(channel[1], SERVER_FD);
        fcntl(SERVER_FD, F_SETFD, 0);
        execl("/sandmill/java", "/sandmill/java", "serve", "once", (char *)NULL);
        _exit(127);
    }
    close(channel[0]);
    close(channel[1]);
    close(connection[1]);
    int code = ask(connection[0], request, out);
    kill(pid, SIGKILL);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
    }
    return code;
}

int main(int count, char **words) {
    if (count < 4) {
        fail("usage", "javac OUT ENTRY SOURCE...");
    }
    signal(SIGPIPE, SIG_IGN);
    const char *out = words[1];
    struct bytes request = {NULL, 0, 0};
    append_text(&request, words[2]);
    append_number(&request, (size_t)(count - 3));
    for (int i = 3; i < count; i++) {
        append_text(&request, words[i]);
        append_file(&request, words[i]);
    }
    if (mkdir(out, 0755) != 0 && errno != EEXIST) {
        fail(out, strerror(errno));
    }
    struct stat server;
    int code = fstat(SERVER_FD, &server) == 0 && S_ISSOCK(server.st_mode) ? ask(SERVER_FD, &request, out) : LOST;
    if (code == LOST) {
        code = ask_own(&request, out);
    }
    if (code == LOST) {
        fprintf(stderr, "error: the compiler ended unexpectedly\n");
        return DEFECT;
    }
    return code;
}
