/*
 * A warm Node.js that forks: the native half of zygote.js. It serves what docker/init/src/zygote.c asks on descriptor 3.
 * The process that forks never runs a program and never handles one's bytes; each child gets itself ready, waits for its
 * program, drops every right and returns to JavaScript, where it goes on as an ordinary Node.js does.
 */
#define _GNU_SOURCE
#include "../src/confine.h"
#include "threads.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHANNEL = 3, MESSAGE_MAX_BYTES = 300000, THREADS_MILLIS = 5000, CANNOT = 71 };

/* Node-API. */
typedef struct napi_env__ *napi_env;
typedef struct napi_value__ *napi_value;
typedef struct napi_callback_info__ *napi_callback_info;
typedef napi_value (*napi_callback)(napi_env, napi_callback_info);
int napi_create_function(napi_env, const char *, size_t, napi_callback, void *, napi_value *);
int napi_create_array(napi_env, napi_value *);
int napi_create_string_utf8(napi_env, const char *, size_t, napi_value *);
int napi_create_uint32(napi_env, uint32_t, napi_value *);
int napi_create_uint32(napi_env, uint32_t, napi_value *);
int napi_set_element(napi_env, napi_value, uint32_t, napi_value);
napi_value napi_register_module_v1(napi_env env, napi_value exports);

/* V8: the generator that every Math.random is seeded from. */
void *isolate_current(void) __asm__("_ZN2v87Isolate10GetCurrentEv");
void *isolate_random(void *isolate) __asm__("_ZN2v88internal7Isolate23random_number_generatorEv");
void random_seed(void *generator, int64_t seed) __asm__("_ZN2v84base21RandomNumberGenerator7SetSeedEl");

/* When this process began. */
extern uint64_t start_time __asm__("_ZN4node11per_process15node_start_timeE");

static char message[MESSAGE_MAX_BYTES + 1];

_Noreturn static void give_up(const char *what) {
    fprintf(stderr, "node zygote: %s: %s\n", what, strerror(errno));
    _exit(CANNOT);
}

static void require(bool fine, const char *what) {
    if (!fine) {
        give_up(what);
    }
}

static void report(pid_t child) {
    int status;
    struct rusage usage;
    char text[64];
    pid_t ended;
    do {
        ended = wait4(child, &status, 0, &usage);
    } while (ended < 0 && errno == EINTR);
    int length = snprintf(text, sizeof text, "%d %ld", status, usage.ru_maxrss);
    require(ended == child && send(CHANNEL, text, (size_t)length, MSG_NOSIGNAL) == length, "the end of a program");
}

/* Returns in every child. */
static void serve(void) {
    char word[16];
    require(send(CHANNEL, "ready", 5, MSG_NOSIGNAL) == 5, "ready");
    for (;;) {
        ssize_t got = recv(CHANNEL, word, sizeof word, 0);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            _exit(0);
        }
        pid_t child = fork();
        require(child >= 0, "fork");
        if (child == 0) {
            return;
        }
        report(child);
    }
}

/* All that can be done before the program is known. */
static void get_ready(void) {
    int64_t seed;
    int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    require(score >= 0 && write(score, "1000", 4) == 4 && close(score) == 0, "oom_score_adj");
    require(confine(), "Landlock");
    require(setsid() >= 0 && setgroups(0, NULL) == 0, "setsid and setgroups");
    require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs");
    errno = 0;
    require(threads_own_loops(), "event loops");
    require(getrandom(&seed, sizeof seed, 0) == sizeof seed, "getrandom");
    random_seed(isolate_random(isolate_current()), seed);
}

/* The length of the message: it comes in pieces, the first with the program's descriptors. */
static size_t receive(int fds[3]) {
    union {
        struct cmsghdr header;
        char space[CMSG_SPACE(3 * sizeof(int))];
    } control;
    struct iovec body = {message, MESSAGE_MAX_BYTES};
    struct msghdr whole = {
        .msg_iov = &body, .msg_iovlen = 1, .msg_control = control.space, .msg_controllen = sizeof control.space};
    ssize_t got;
    do {
        got = recvmsg(CHANNEL, &whole, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got <= 0) {
        _exit(0);
    }
    errno = EPROTO;
    require(got >= 4 && whole.msg_controllen >= CMSG_LEN(3 * sizeof(int)) && control.header.cmsg_type == SCM_RIGHTS &&
                control.header.cmsg_len == CMSG_LEN(3 * sizeof(int)),
            "the program's descriptors");
    memcpy(fds, CMSG_DATA(&control.header), 3 * sizeof(int));
    const unsigned char *head = (const unsigned char *)message;
    size_t length = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    require(length <= MESSAGE_MAX_BYTES, "a message that is too long");
    for (size_t at = (size_t)got; at < length; at += (size_t)got) {
        got = recv(CHANNEL, message + at, MESSAGE_MAX_BYTES - at, 0);
        require(got > 0, "the rest of the message");
    }
    message[length] = '\0';
    return length;
}

/* The string at `at`; goes on to the next. */
static char *next(char **at) {
    char *text = *at;
    *at += strlen(text) + 1;
    return text;
}

static void become(uid_t uid, int fds[3]) {
    for (int standard = 0; standard < 3; standard++) {
        require(dup2(fds[standard], standard) == standard && close(fds[standard]) == 0, "the program's pipes");
    }
    require(close(CHANNEL) == 0, "the channel");
    require(setresgid(uid, uid, uid) == 0 && setresuid(uid, uid, uid) == 0, "the program's user");
    uid_t users[3];
    gid_t groups[3];
    require(uid != 0 && getresuid(&users[0], &users[1], &users[2]) == 0 &&
                getresgid(&groups[0], &groups[1], &groups[2]) == 0 && getgroups(0, NULL) == 0,
            "the program's rights");
    for (int i = 0; i < 3; i++) {
        require(users[i] == uid && groups[i] == uid, "the program's rights");
    }
    require(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0, "dumpable");
    umask(022);
}

static void set_environment(char *at, const char *end) {
    require(clearenv() == 0, "the environment");
    while (at < end) {
        require(putenv(next(&at)) == 0, "the environment");
    }
}

/* The process's number, then the words of the program's command. */
static napi_value answer(napi_env env, char **at, uint32_t words) {
    napi_value result, word;
    bool made = napi_create_array(env, &result) == 0 && napi_create_uint32(env, (uint32_t)getpid(), &word) == 0 &&
                napi_set_element(env, result, 0, word) == 0;
    for (uint32_t i = 1; i <= words && made; i++) {
        char *text = next(at);
        made = napi_create_string_utf8(env, text, strlen(text), &word) == 0 &&
               napi_set_element(env, result, i, word) == 0;
    }
    require(made, "the program's arguments");
    return result;
}

static napi_value wait_for_program(napi_env env, napi_callback_info info) {
    (void)info;
    int fds[3];
    errno = EBUSY;
    require(threads_all_kept(THREADS_MILLIS), "threads that are not known");
    require(prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "dumpable");
    require(confine_prepare(), "Landlock");
    serve();
    get_ready();
    size_t length = receive(fds);
    char *at = message + 4;
    uid_t uid = (uid_t)strtoul(next(&at), NULL, 10);
    uint32_t words = (uint32_t)strtoul(next(&at), NULL, 10);
    become(uid, fds);
    napi_value result = answer(env, &at, words);
    set_environment(at, message + length);
    threads_shift_clock(uv_hrtime() - start_time);
    require(threads_go_on(), "threads");
    return result;
}

napi_value napi_register_module_v1(napi_env env, napi_value exports) {
    napi_value function = NULL;
    return napi_create_function(env, "waitForProgram", (size_t)-1, wait_for_program, NULL, &function) == 0 ? function
                                                                                                         : exports;
}
