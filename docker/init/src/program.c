#define _GNU_SOURCE
#include "program.h"

#include "confine.h"
#include "stage.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { FLAG_WARM = 1, FLAG_CONTINUES = 2, FLAG_SESSION = 4, FLAG_KEEPS = 8, FLAG_RESETS = 16, FLAG_SAVES = 32, FLAG_RESTORES = 64 };

bool strings_read(struct strings *strings, struct cursor *cursor) {
    strings->count = take_u16(cursor);
    strings->bytes = 0;
    if (strings->count > STRINGS_MAX) {
        return false;
    }
    for (uint32_t i = 0; i < strings->count; i++) {
        uint32_t length = take_u32(cursor);
        const uint8_t *bytes = take_bytes(cursor, length);
        if (bytes == NULL || (size_t)length + 1 > sizeof strings->text - strings->bytes ||
            memchr(bytes, 0, length) != NULL) {
            return false;
        }
        strings->list[i] = memcpy(strings->text + strings->bytes, bytes, length);
        strings->bytes += length;
        strings->text[strings->bytes++] = '\0';
    }
    strings->list[strings->count] = NULL;
    return !cursor->failed;
}

void strings_copy(struct strings *to, const struct strings *from) {
    to->count = from->count;
    to->bytes = from->bytes;
    memcpy(to->text, from->text, from->bytes);
    for (uint32_t i = 0; i < from->count; i++) {
        to->list[i] = to->text + (from->list[i] - from->text);
    }
    to->list[to->count] = NULL;
}

bool run_spec_read(struct run_spec *spec, const struct frame *frame, const char **why) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    uint8_t flags = take_u8(&cursor);
    spec->warm = (flags & FLAG_WARM) != 0;
    spec->continues = (flags & FLAG_CONTINUES) != 0;
    spec->session = (flags & FLAG_SESSION) != 0;
    spec->keeps = (flags & FLAG_KEEPS) != 0;
    spec->resets = (flags & FLAG_RESETS) != 0;
    spec->saves = (flags & FLAG_SAVES) != 0;
    spec->restores = (flags & FLAG_RESTORES) != 0;
    spec->wall_micros = take_u64(&cursor);
    spec->cpu_micros = take_u64(&cursor);
    spec->output_bytes = take_u64(&cursor);
    if (!strings_read(&spec->argv, &cursor) || !strings_read(&spec->env, &cursor) || cursor.at != cursor.end) {
        *why = "arguments and environment: at most 4096 strings and 128 KiB each, without zero bytes";
        return false;
    }
    if ((flags & ~(FLAG_WARM | FLAG_CONTINUES | FLAG_SESSION | FLAG_KEEPS | FLAG_RESETS | FLAG_SAVES | FLAG_RESTORES)) != 0) {
        *why = "a run has flags that nobody knows";
        return false;
    }
    if (spec->session && (flags & ~(FLAG_SESSION | FLAG_WARM)) != 0) {
        *why = "a session does not continue a run, nor does one continue it";
        return false;
    }
    if ((spec->saves || spec->restores) && !spec->continues) {
        *why = "only a run that continues another finds something to save, or was saved for";
        return false;
    }
    if (spec->keeps && spec->resets) {
        *why = "a run that is continued cannot be the last";
        return false;
    }
    if (spec->argv.count == 0 || spec->wall_micros == 0 || spec->cpu_micros == 0 || spec->output_bytes == 0) {
        *why = "a run needs a command and positive limits";
        return false;
    }
    return true;
}

bool run_spec_call(struct run_spec *spec, const struct frame *frame, const char **why) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    spec->wall_micros = take_u64(&cursor);
    spec->cpu_micros = take_u64(&cursor);
    spec->output_bytes = take_u64(&cursor);
    bool whole = !cursor.failed && cursor.at == cursor.end;
    if (!whole || spec->wall_micros == 0 || spec->cpu_micros == 0 || spec->output_bytes == 0) {
        *why = "a call needs positive limits";
        return false;
    }
    return true;
}

void close_all(int *fds, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (fds[i] >= 0) {
            close(fds[i]);
            fds[i] = -1;
        }
    }
}

bool pipes_open(struct pipes *ours, int theirs[3], uid_t owner) {
    int all[6] = {-1, -1, -1, -1, -1, -1};
    bool open = act_as(owner) && pipe2(all, O_CLOEXEC) == 0 && pipe2(all + 2, O_CLOEXEC) == 0 &&
                pipe2(all + 4, O_CLOEXEC) == 0;
    if (!act_as(0) || !open) {
        int error = errno;
        close_all(all, 6);
        errno = error;
        return false;
    }
    *ours = (struct pipes){.in = all[1], .out = all[2], .err = all[4]};
    theirs[0] = all[0];
    theirs[1] = all[3];
    theirs[2] = all[5];
    fcntl(ours->in, F_SETFL, O_NONBLOCK);
    fcntl(ours->out, F_SETFL, O_NONBLOCK);
    fcntl(ours->err, F_SETFL, O_NONBLOCK);
    return true;
}

void child_signals(void) {
    for (int signal_number = 1; signal_number < NSIG; signal_number++) {
        signal(signal_number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

void child_dies_first(void) {
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd >= 0) {
        ssize_t ignored = write(fd, "1000", 4);
        (void)ignored;
        close(fd);
    }
}

/* execve along PATH; unlike execvp it never hands a file to a shell. */
static void execute(char *const *argv, char *const *env) {
    if (strchr(argv[0], '/') != NULL) {
        execve(argv[0], argv, env);
        return;
    }
    const char *path = "/usr/local/bin:/usr/bin:/bin";
    for (char *const *variable = env; *variable != NULL; variable++) {
        if (strncmp(*variable, "PATH=", 5) == 0) {
            path = *variable + 5;
        }
    }
    int worst = ENOENT;
    while (*path != '\0') {
        size_t length = strcspn(path, ":");
        char file[PATH_MAX];
        int printed = snprintf(file, sizeof file, "%.*s/%s", (int)length, path, argv[0]);
        if (length > 0 && printed > 0 && (size_t)printed < sizeof file) {
            execve(file, argv, env);
            worst = errno == ENOENT ? worst : errno;
        }
        path += length + (path[length] == ':');
    }
    errno = worst;
}

_Noreturn static void become(const struct child *child, int report) {
    child_signals();
    if (!child->outlives) {
        child_dies_first();
    }
    const int *theirs = child->theirs;
    uid_t uid = child->uid;
    bool confined = confine();
    /* Out of the way of the numbers that they are to have. */
    int reporting = fcntl(report, F_DUPFD_CLOEXEC, 10);
    int talking = child->channel < 0 ? -1 : fcntl(child->channel, F_DUPFD, 10);
    int last = child->channel < 0 ? 3 : 4;
    bool ready = confined && dup2(theirs[0], 0) == 0 && dup2(theirs[1], 1) == 1 && dup2(theirs[2], 2) == 2 &&
                 (child->channel < 0 || dup2(talking, 3) == 3) && dup2(reporting, last) == last &&
                 fcntl(last, F_SETFD, FD_CLOEXEC) == 0 && close_range((unsigned)last + 1, INT_MAX, 0) == 0 && setsid() >= 0 &&
                 prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && setgroups(0, NULL) == 0 &&
                 setresgid(uid, uid, uid) == 0 && setresuid(uid, uid, uid) == 0 && chdir(child->folder) == 0;
    if (ready) {
        umask(022);
        execute(child->argv->list, child->env->list);
    }
    int error = errno;
    ssize_t ignored = write(last, &error, sizeof error);
    (void)ignored;
    _exit(127);
}

struct launch program_fork(const struct child *child) {
    struct launch launch = {.pid = -1, .pipes = {-1, -1, -1}};
    int report[2] = {-1, -1};
    if (pipe2(report, O_CLOEXEC) != 0 || (launch.pid = fork()) < 0) {
        launch.error = errno;
        close_all(report, 2);
        return launch;
    }
    if (launch.pid == 0) {
        become(child, report[1]);
    }
    close(report[1]);
    int error = 0;
    ssize_t got;
    do {
        got = read(report[0], &error, sizeof error);
    } while (got < 0 && errno == EINTR);
    close(report[0]);
    launch.error = got == (ssize_t)sizeof error ? error : 0;
    return launch;
}

struct launch program_start_with(const struct run_spec *spec, int channel) {
    struct pipes ours;
    int theirs[3];
    struct launch launch = {.pid = -1, .pipes = {-1, -1, -1}};
    if (pipes_open(&ours, theirs, spec->uid)) {
        launch = program_fork(&(struct child){.uid = spec->uid,
                                              .folder = WORKSPACE,
                                              .argv = &spec->argv,
                                              .env = &spec->env,
                                              .theirs = theirs,
                                              .channel = channel});
        launch.pipes = ours;
        close_all(theirs, 3);
    } else {
        launch.error = errno;
    }
    close_all(&channel, 1);
    return launch;
}

struct launch program_start(const struct run_spec *spec) { return program_start_with(spec, -1); }

static int64_t now_millis(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool program_is_ready(int channel, int millis) {
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

unsigned program_threads(pid_t pid) {
    char path[64];
    struct stat tasks;
    snprintf(path, sizeof path, "/proc/%d/task", pid);
    return pid > 0 && stat(path, &tasks) == 0 && tasks.st_nlink > 2 ? (unsigned)tasks.st_nlink - 2 : 0;
}
