#define _GNU_SOURCE
#include "run.h"

#include "ahead.h"
#include "cgroup.h"
#include "channel.h"
#include "server.h"
#include "session.h"
#include "sockets.h"
#include "zygote.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    STDIN_BYTES = 256 * 1024,
    CHUNK_BYTES = 64 * 1024,
    CHECK_MILLIS = 20,
    LOOK_MICROS = 2000,
    SETTLING_ROUNDS = 100,
    LINGER_MICROS = 60 * 1000,
    LINGER_LONGEST_MICROS = 500 * 1000,
    EXIT_BYTES = 1 + 4 + 1 + 1 + 8 + 8 + 8 + 4 + 4 + 4,
};

struct counters {
    uint64_t wall_micros, cpu_micros, memory_bytes, memory_peak_bytes, oom_kills, pids_refused;
};

static struct {
    bool active;
    bool ended;
    bool leftovers;
    const struct run_spec *spec;
    pid_t pid;
    struct pipes pipes;
    enum exit_kind kind;
    uint32_t code;
    enum run_limit limit;
    uint64_t sent[2];
    struct counters before;
    uint64_t sampled_memory_bytes, resident_peak_bytes;
    uint64_t sampled_pids;
    uint64_t memory_now_bytes, pids_now;
    uint64_t looked_micros;
    bool announced;
    bool ordinary;
    int settling;
    uint64_t ended_micros, refused_at_end, grew_micros, grown_pids;
    uint8_t input[STDIN_BYTES];
    size_t input_start, input_end;
    bool input_ended;
} run;

static uint64_t now_micros(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

static struct counters count(void) {
    return (struct counters){now_micros(),          cgroup_cpu_micros(), cgroup_memory_bytes(), cgroup_memory_peak_bytes(),
                             cgroup_oom_kills(), cgroup_pids_refused()};
}

bool run_active(void) { return run.active; }
bool run_ended_ordinarily(void) { return !run.active && run.ordinary; }

static void end(enum exit_kind kind, uint32_t code) {
    run.ended = true;
    run.kind = kind;
    run.code = code;
}

static void end_with(int status) {
    if (WIFSIGNALED(status)) {
        end(KIND_SIGNALLED, (uint32_t)WTERMSIG(status));
    } else {
        end(KIND_EXITED, (uint32_t)WEXITSTATUS(status));
    }
}

/* By the zygote, by the process that was started ahead, or by execution where there is neither. */
static struct launch launched(const struct run_spec *spec) {
    if (spec->session) {
        ahead_abandon();
        server_abandon();
        return session_start(spec);
    }
    if (spec->warm && spec->keeps) {
        return program_start_with(spec, server_connect());
    }
    if (!ahead_configured()) {
        return spec->warm && zygote_count() > 0 ? zygote_start_program(spec) : program_start(spec);
    }
    struct launch launch = {.pid = 0};
    if (spec->warm && ahead_waits()) {
        uint64_t its_own = ahead_memory_bytes();
        run.before.memory_bytes -= its_own < run.before.memory_bytes ? its_own : run.before.memory_bytes;
        launch = ahead_take(spec);
    } else if (!spec->keeps) {
        ahead_abandon();
    }
    return launch.pid > 0 ? launch : program_start(spec);
}

void run_start(const struct run_spec *spec) {
    size_t kept = offsetof(__typeof__(run), input);
    memset(&run, 0, kept);
    run.input_start = run.input_end = 0;
    run.input_ended = false;
    run.spec = spec;
    run.active = true;
    server_settle(SERVER_NEXT_MILLIS);
    ahead_settle(AHEAD_NEXT_MILLIS);
    run.before = count();
    struct launch launch = launched(spec);
    if (spec->session) {
        run.before.memory_bytes = session_memory_base_bytes();
    }
    run.pid = launch.pid;
    run.pipes = launch.pipes;
    if (launch.error != 0) {
        end(KIND_NOT_EXECUTED, (uint32_t)launch.error);
    }
}

/* STARTED goes out with the first frame after it: on its own it would cost the relays between here and the host as
 * much as the output does. */
static void announce(void) {
    if (!run.announced && run.kind != KIND_NOT_EXECUTED) {
        run.announced = true;
        channel_send(FRAME_STARTED, NULL, 0);
    }
}

static void tell(uint8_t type, const void *payload, uint32_t length) {
    announce();
    channel_send(type, payload, length);
}

bool run_stdin(const uint8_t *bytes, size_t length) {
    if (length > STDIN_BYTES - (run.input_end - run.input_start) || run.input_ended) {
        return false;
    }
    if (STDIN_BYTES - run.input_end < length) {
        memmove(run.input, run.input + run.input_start, run.input_end - run.input_start);
        run.input_end -= run.input_start;
        run.input_start = 0;
    }
    memcpy(run.input + run.input_end, bytes, length);
    run.input_end += length;
    return true;
}

void run_stdin_end(void) { run.input_ended = true; }

static void acknowledge(size_t bytes) {
    uint8_t payload[4];
    put_u32(payload, (uint32_t)bytes);
    tell(FRAME_STDIN_ACK, payload, sizeof payload);
}

/* Input that nobody can read any more counts as taken, so that the host does not wait. */
static void feed(void) {
    while (run.input_start < run.input_end) {
        size_t waiting = run.input_end - run.input_start;
        ssize_t wrote = run.pipes.in < 0 ? -1 : write(run.pipes.in, run.input + run.input_start, waiting);
        if (wrote < 0 && run.pipes.in >= 0 && (errno == EAGAIN || errno == EINTR)) {
            return;
        }
        size_t taken = wrote < 0 ? waiting : (size_t)wrote;
        run.input_start += taken;
        acknowledge(taken);
        if (wrote < 0 && run.pipes.in >= 0) {
            close(run.pipes.in);
            run.pipes.in = -1;
        }
    }
    run.input_start = run.input_end = 0;
    if (run.input_ended && run.pipes.in >= 0) {
        close(run.pipes.in);
        run.pipes.in = -1;
    }
}

/*
 * Every process but init gets SIGKILL in one step of the kernel, during which nothing can fork: no fork bomb
 * outruns it. It takes the zygote too, which is started again at the next reset.
 */
static void kill_everything(void) {
    kill(-1, SIGKILL);
    run.leftovers = true;
}

static void stop(enum run_limit limit) {
    if (run.limit == LIMIT_NONE && !run.ended) {
        run.limit = limit;
        kill_everything();
    }
}

void run_cancel(void) { stop(LIMIT_CANCEL); }

/* True when more may come at once. */
static bool forward(int *fd, uint8_t type) {
    static uint8_t chunk[CHUNK_BYTES];
    if (*fd < 0) {
        return false;
    }
    ssize_t got = read(*fd, chunk, sizeof chunk);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
        return errno == EINTR;
    }
    if (got <= 0) {
        close(*fd);
        *fd = -1;
        return false;
    }
    uint64_t *sent = &run.sent[type == FRAME_STDERR];
    uint64_t room = run.spec->output_bytes - *sent;
    uint64_t kept = (uint64_t)got < room ? (uint64_t)got : room;
    if (kept > 0) {
        tell(type, chunk, (uint32_t)kept);
        *sent += kept;
    }
    if ((uint64_t)got > room) {
        if (run.limit == LIMIT_NONE) {
            run.limit = LIMIT_OUTPUT;
        }
        if (!run.ended) {
            kill_everything();
        }
        close(*fd);
        *fd = -1;
        return false;
    }
    return true;
}

/* Processes and threads that are no program's: init and what waits. */
static uint64_t own_pids(void) { return 1 + (uint64_t)zygote_count() + ahead_pids() + server_pids(); }

static void sample(void) {
    uint64_t memory = run.memory_now_bytes = cgroup_memory_bytes();
    uint64_t pids = run.pids_now = cgroup_pids();
    uint64_t own = own_pids();
    run.sampled_memory_bytes = memory > run.sampled_memory_bytes ? memory : run.sampled_memory_bytes;
    pids = pids > own ? pids - own : 0;
    run.sampled_pids = pids > run.sampled_pids ? pids : run.sampled_pids;
}

/* The counters are read often enough for limits in milliseconds, and not at every frame and byte that comes by. */
static void check_limits(void) {
    uint64_t now = now_micros();
    if (run.looked_micros != 0 && now - run.looked_micros < LOOK_MICROS) {
        return;
    }
    if (run.looked_micros != 0) {
        announce();
    }
    run.looked_micros = now;
    sample();
    if (now - run.before.wall_micros >= run.spec->wall_micros) {
        stop(LIMIT_WALL);
    }
    if (cgroup_cpu_micros() - run.before.cpu_micros >= run.spec->cpu_micros) {
        stop(LIMIT_CPU);
    }
    if (!cgroup_enforces() && run.memory_now_bytes > cgroup_memory_limit_bytes()) {
        stop(LIMIT_MEMORY);
    }
    if (!cgroup_enforces() && run.pids_now > cgroup_pids_limit()) {
        stop(LIMIT_PIDS);
    }
    if (!cgroup_counts_sockets() && sockets_bytes() > cgroup_memory_limit_bytes()) {
        stop(LIMIT_MEMORY);
    }
}

void run_reap(void) {
    for (;;) {
        int status;
        struct rusage usage;
        pid_t pid = wait4(-1, &status, WNOHANG, &usage);
        if (pid <= 0) {
            return;
        }
        if (zygote_is(pid)) {
            zygote_died();
            if (run.active && run.spec->warm && !run.ended) {
                end(run.limit == LIMIT_NONE ? KIND_LOST : KIND_SIGNALLED, SIGKILL);
            }
            continue;
        }
        if (ahead_is(pid)) {
            ahead_died();
        }
        if (server_is(pid)) {
            server_died();
        }
        bool programs = run.spec != NULL && run.spec->session ? session_reaped(pid) : pid == run.pid;
        if (programs && run.active && !run.ended) {
            run.resident_peak_bytes = (uint64_t)usage.ru_maxrss * 1024;
            end_with(status);
        }
    }
}

/* True while a session goes on after this call: its processes stay, and so do its pipes. */
static bool session_goes_on(void) {
    return run.spec->session && run.kind == KIND_RETURNED && run.limit == LIMIT_NONE && session_lives();
}

/* True when only init and its warm processes are left. */
static bool alone(void) { return cgroup_pids() <= own_pids(); }

static bool crowded(void) { return !session_goes_on() && !alone(); }

/* Threads of what stays after a step come and go for a moment. */
static bool may_settle(void) { return run.spec->keeps && run.settling < SETTLING_ROUNDS; }

/*
 * A program that ended well may have left a bomb: while its processes become more, and for a moment at first, they are
 * let be, until the kernel has refused one. Without this it would depend on who was faster what the end says.
 */
static bool lingers(void) {
    if (run.kind != KIND_EXITED || run.code != 0 || run.limit != LIMIT_NONE || run.leftovers) {
        return false;
    }
    uint64_t now = now_micros();
    if (run.ended_micros == 0) {
        run.ended_micros = now;
        run.refused_at_end = cgroup_pids_refused();
    }
    if (cgroup_pids_refused() > run.refused_at_end) {
        run.limit = LIMIT_PIDS;
        return false;
    }
    uint64_t pids = cgroup_pids();
    if (pids > run.grown_pids) {
        run.grown_pids = pids;
        run.grew_micros = now;
    }
    return now - run.grew_micros < LINGER_MICROS && now - run.ended_micros < LINGER_LONGEST_MICROS;
}

static bool to_be_killed(void) { return crowded() && !may_settle() && !lingers(); }

static uint64_t larger(uint64_t a, uint64_t b) { return a > b ? a : b; }

static void report(void) {
    struct counters after = count();
    uint64_t memory_top = after.memory_peak_bytes > run.before.memory_peak_bytes ? after.memory_peak_bytes
                                                                                 : run.sampled_memory_bytes;
    uint64_t growth = memory_top > run.before.memory_bytes ? memory_top - run.before.memory_bytes : 0;
    uint8_t payload[EXIT_BYTES];
    uint8_t *at = payload;
    *at++ = (uint8_t)run.kind;
    put_u32(at, run.code), at += 4;
    *at++ = (uint8_t)run.limit;
    *at++ = run.leftovers;
    put_u64(at, after.wall_micros - run.before.wall_micros), at += 8;
    put_u64(at, after.cpu_micros - run.before.cpu_micros), at += 8;
    put_u64(at, larger(growth, run.resident_peak_bytes)), at += 8;
    put_u32(at, (uint32_t)larger(run.sampled_pids, 1)), at += 4;
    put_u32(at, (uint32_t)(after.oom_kills - run.before.oom_kills)), at += 4;
    put_u32(at, (uint32_t)(after.pids_refused - run.before.pids_refused));
    tell(FRAME_EXIT, payload, sizeof payload);
    run.ordinary = (run.kind == KIND_EXITED || run.kind == KIND_SIGNALLED) && run.limit == LIMIT_NONE &&
                   !run.leftovers && after.oom_kills == run.before.oom_kills;
    if (session_goes_on()) {
        session_keep(run.pipes);
    } else {
        int *fds = &run.pipes.in;
        close_all(fds, 3);
        if (run.spec->session) {
            session_keep(run.pipes);
            session_end();
        }
    }
    run.active = false;
}

void run_step(void) {
    if (!run.active) {
        return;
    }
    int status;
    uint64_t resident;
    if (run.spec->warm && !run.ended && zygote_program_ended(&status, &resident)) {
        run.resident_peak_bytes = resident;
        end_with(status);
    }
    uint32_t code;
    if (run.spec->session && !run.ended && session_returned(&code)) {
        sample();
        end(KIND_RETURNED, code);
    }
    if (run.spec->session && !run.ended && run.limit != LIMIT_NONE && alone()) {
        /* The driver had named a process of its own choice in its place. */
        end(KIND_SIGNALLED, SIGKILL);
    }
    if (!run.ended) {
        check_limits();
    }
    if (run.ended && to_be_killed()) { /* before its output is taken: what goes on printing would never be through */
        kill_everything();
        run_reap();
    }
    feed();
    while (channel_has_room() && forward(&run.pipes.out, FRAME_STDOUT)) {
    }
    while (channel_has_room() && forward(&run.pipes.err, FRAME_STDERR)) {
    }
    if (!run.ended || !channel_has_room()) {
        return;
    }
    if (run.kind == KIND_RETURNED && !session_goes_on()) {
        end(KIND_SIGNALLED, SIGKILL);
    }
    if (crowded()) {
        if (to_be_killed()) {
            kill_everything();
            run_reap();
        } else {
            run.settling++;
        }
        return;
    }
    report();
}

int run_polls(struct pollfd *polls) {
    if (!run.active) {
        return 0;
    }
    int used = 0;
    if (channel_has_room()) {
        polls[used++] = (struct pollfd){.fd = run.pipes.out, .events = POLLIN};
        polls[used++] = (struct pollfd){.fd = run.pipes.err, .events = POLLIN};
    }
    if (run.input_start < run.input_end) {
        polls[used++] = (struct pollfd){.fd = run.pipes.in, .events = POLLOUT};
    }
    if (run.spec->warm || run.spec->session) {
        int channel = run.spec->session ? session_channel() : zygote_channel();
        polls[used++] = (struct pollfd){.fd = channel, .events = POLLIN};
    }
    return used;
}

int run_timeout_millis(void) {
    if (!run.active) {
        return -1;
    }
    if (run.ended) {
        return 1;
    }
    uint64_t passed = now_micros() - run.before.wall_micros;
    uint64_t left = run.spec->wall_micros > passed ? (run.spec->wall_micros - passed) / 1000 + 1 : 0;
    uint64_t used = cgroup_cpu_micros() - run.before.cpu_micros;
    uint64_t cpu_left = run.spec->cpu_micros > used ? (run.spec->cpu_micros - used) / 4000 + 1 : 0;
    left = left < cpu_left ? left : cpu_left;
    return left < CHECK_MILLIS ? (int)left : CHECK_MILLIS;
}
