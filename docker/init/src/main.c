/* PID 1 of every sandbox container: reads frames, runs one program at a time, proves that nothing of it is left. */
#define _GNU_SOURCE
#include "ahead.h"
#include "cgroup.h"
#include "channel.h"
#include "collect.h"
#include "confine.h"
#include "reset.h"
#include "run.h"
#include "server.h"
#include "session.h"
#include "snapshot.h"
#include "stage.h"
#include "zygote.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum state { STATE_NEW, STATE_IDLE, STATE_STAGING, STATE_RUNNING, STATE_ENDED };

static enum state state = STATE_NEW;
static struct run_spec spec;
static int cgroup_version;
static uid_t next_uid;
static bool workspace_made; /* ahead of its run */

enum warmth { WARMTH_NONE = 0, WARMTH_FORKED = 1, WARMTH_AHEAD = 2 };

static void expect(bool fine, const char *why) {
    if (!fine) {
        die(why);
    }
}

/* After the proof that nothing is left: what the next run finds. */
static void make_ready(void) {
    server_ensure();
    workspace_made = ahead_configured() && stage_workspace(next_uid) == 0;
    if (workspace_made) {
        ahead_start(next_uid);
    }
}

static void greet(const struct frame *frame) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    uint16_t version = take_u16(&cursor);
    const uint8_t *nonce = take_bytes(&cursor, NONCE_BYTES);
    expect(version == PROTOCOL_VERSION && nonce != NULL, "sandmill-init: the host speaks another version\n");
    uint8_t payload[2 + NONCE_BYTES + 2];
    put_u16(payload, PROTOCOL_VERSION);
    memcpy(payload + 2, nonce, NONCE_BYTES);
    next_uid = take_u32(&cursor);
    uint8_t warmth = take_u8(&cursor);
    bool whole = next_uid >= FIRST_RUN_UID && warmth <= WARMTH_AHEAD && strings_read(&spec.argv, &cursor) && strings_read(&spec.env, &cursor) && server_read(&cursor) && cursor.at == cursor.end;
    expect(whole, "sandmill-init: HELLO is not whole\n");
    if (warmth == WARMTH_FORKED) {
        zygote_configure(&spec.argv, &spec.env);
    }
    if (warmth == WARMTH_AHEAD) {
        ahead_configure(&spec.argv, &spec.env);
    }
    if (server_configured()) {
        server_configure(next_uid++, &spec.env);
    }
    expect(reset_open(), "sandmill-init: /workspace and /tmp have to be tmpfs mounts\n");
    reset_remember();
    make_ready();
    server_settle(SERVER_FIRST_MILLIS);
    ahead_settle(AHEAD_FIRST_MILLIS);
    payload[2 + NONCE_BYTES] = (uint8_t)cgroup_version;
    payload[2 + NONCE_BYTES + 1] =
        (zygote_count() > 0 || ahead_waits()) && (server_pids() > 0 || !server_configured());
    channel_offer();
    channel_send(FRAME_READY, payload, sizeof payload);
    state = STATE_IDLE;
}

static void refuse(const char *what, int error) {
    char text[256] = "";
    strncat(text, what, sizeof text - 1);
    if (error != 0) {
        strncat(text, ": ", sizeof text - strlen(text) - 1);
        strncat(text, strerror(error), sizeof text - strlen(text) - 1);
    }
    channel_send_text(FRAME_ERROR, text);
    state = STATE_ENDED;
}

static void prepare(const struct frame *frame) {
    expect(!spec.session, "sandmill-init: RUN after a session\n");
    const char *why = NULL;
    bool first = spec.uid == 0;
    spec.uid = next_uid;
    if (!run_spec_read(&spec, frame, &why)) {
        refuse(why, 0);
        return;
    }
    if (spec.continues) {
        expect(state == STATE_ENDED && !first, "sandmill-init: RUN continues no run\n");
        int error = spec.saves ? snapshot_save(spec.uid) : spec.restores ? snapshot_restore(spec.uid) : 0;
        if (error != 0) {
            refuse("the workspace could not be kept for the inputs after the first", error);
            return;
        }
        state = STATE_STAGING;
        return;
    }
    expect(state == STATE_IDLE, "sandmill-init: RUN while not idle\n");
    int error = workspace_made ? 0 : stage_workspace(spec.uid);
    if (error != 0) {
        refuse("the workspace could not be made", error);
        return;
    }
    state = STATE_STAGING;
}

static void store(const struct frame *frame) {
    int error = stage_file(spec.uid, frame, state == STATE_ENDED);
    if (error != 0) {
        refuse("a file could not be written", error);
    }
}

/* The next call of the session; its source follows. */
static void call(const struct frame *frame) {
    const char *why = "the session is over";
    if (!session_lives() || !run_spec_call(&spec, frame, &why)) {
        refuse(why, 0);
        return;
    }
    int error = session_source_begin();
    if (error != 0) {
        refuse("the source could not be written", error);
        return;
    }
    state = STATE_STAGING;
}

static void add_source(const struct frame *frame) {
    int error = session_source_append(frame->payload, frame->length);
    if (error != 0) {
        refuse("the source could not be written", error);
    }
}

static void reset(void) {
    ahead_abandon();
    const char *why = spec.session          ? "a session was here"
                      : snapshot_drop() != 0 ? "the saved workspace"
                                             : reset_prove(spec.uid);
    if (why == NULL && cgroup_pids() > 1 + (uint64_t)zygote_count() + server_pids()) {
        why = "processes";
    }
    why = why == NULL ? zygote_ensure() : why;
    if (why != NULL) {
        channel_send_text(FRAME_RESET_FAILED, why);
        return;
    }
    next_uid++;
    make_ready();
    state = STATE_IDLE;
    channel_send(FRAME_RESET_OK, NULL, 0);
}

/* Frames that come too late, after a refusal or an end that the host had not seen yet, are passed over. */
static void handle(const struct frame *frame) {
    switch (frame->type) {
    case FRAME_HELLO:
        expect(state == STATE_NEW, "sandmill-init: HELLO twice\n");
        greet(frame);
        break;
    case FRAME_RUN:
        expect(state == STATE_IDLE || state == STATE_ENDED, "sandmill-init: RUN while not idle\n");
        prepare(frame);
        break;
    case FRAME_FILE:
        expect(state == STATE_STAGING || state == STATE_ENDED, "sandmill-init: FILE outside of a run\n");
        if (state == STATE_STAGING || session_lives()) {
            store(frame);
        }
        break;
    case FRAME_START:
        expect(state == STATE_STAGING || state == STATE_ENDED, "sandmill-init: START outside of a run\n");
        if (state == STATE_STAGING) {
            state = STATE_RUNNING;
            run_start(&spec);
        }
        break;
    case FRAME_STDIN:
        if (state == STATE_RUNNING) {
            expect(run_stdin(frame->payload, frame->length), "sandmill-init: more input than acknowledged\n");
        }
        break;
    case FRAME_STDIN_EOF:
        if (state == STATE_RUNNING) {
            run_stdin_end();
        }
        break;
    case FRAME_CANCEL:
        if (state == STATE_RUNNING) {
            run_cancel();
        }
        break;
    case FRAME_RESET:
        expect(state == STATE_ENDED || state == STATE_STAGING, "sandmill-init: RESET without a run\n");
        reset();
        break;
    case FRAME_COLLECT:
        expect(state == STATE_ENDED && spec.uid != 0, "sandmill-init: COLLECT without a run\n");
        expect(collect(spec.uid, frame, &spec.argv), "sandmill-init: COLLECT is not whole\n");
        break;
    case FRAME_CALL:
        expect(state == STATE_ENDED && spec.session, "sandmill-init: CALL outside of a session\n");
        call(frame);
        break;
    case FRAME_CODE:
        expect((state == STATE_STAGING || state == STATE_ENDED) && spec.session, "sandmill-init: CODE without CALL\n");
        if (state == STATE_STAGING) {
            add_source(frame);
        }
        break;
    case FRAME_FETCH:
        expect(state == STATE_ENDED && spec.uid != 0, "sandmill-init: FETCH without a run\n");
        expect(fetch(spec.uid, frame), "sandmill-init: FETCH is not whole\n");
        break;
    case FRAME_SHUTDOWN:
        _exit(0);
    default:
        die("sandmill-init: a frame that only init sends\n");
    }
}

static int signals_open(void) {
    signal(SIGPIPE, SIG_IGN);
    sigset_t watched;
    sigemptyset(&watched);
    sigaddset(&watched, SIGCHLD);
    sigaddset(&watched, SIGTERM);
    sigprocmask(SIG_BLOCK, &watched, NULL);
    return signalfd(-1, &watched, SFD_NONBLOCK | SFD_CLOEXEC);
}

static void signals_take(int fd) {
    struct signalfd_siginfo info;
    while (read(fd, &info, sizeof info) == (ssize_t)sizeof info) {
        if (info.ssi_signo == SIGTERM) {
            _exit(0);
        }
    }
    run_reap();
}

int main(void) {
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    close_range(3, INT_MAX, 0);
    channel_open();
    cgroup_version = cgroup_open();
    expect(confine_prepare(), "sandmill-init: Landlock is there and refuses its rules\n");
    int signals = signals_open();
    expect(signals >= 0, "sandmill-init: no signalfd\n");
    for (;;) {
        struct pollfd polls[4 + RUN_POLLS] = {
            {.fd = CHANNEL_IN, .events = POLLIN},
            {.fd = channel_pending() ? CHANNEL_OUT : -1, .events = POLLOUT},
            {.fd = signals, .events = POLLIN},
            {.fd = channel_offered(), .events = POLLIN},
        };
        int used = 4 + run_polls(polls + 4);
        int patience = run_active() ? run_timeout_millis() : session_timeout_millis();
        if (poll(polls, (nfds_t)used, patience) < 0 && errno != EINTR) {
            die("sandmill-init: poll failed\n");
        }
        if (polls[2].revents != 0) {
            signals_take(signals);
        }
        if (polls[0].revents != 0 && !channel_fill()) {
            _exit(0);
        }
        if (polls[3].revents != 0) {
            channel_take();
        }
        struct frame frame;
        while (channel_next(&frame)) {
            if (frame.type != FRAME_HELLO) {
                channel_decline();
            }
            handle(&frame);
        }
        run_step();
        if (state == STATE_RUNNING && !run_active()) {
            state = STATE_ENDED;
            if (spec.resets && run_ended_ordinarily()) {
                channel_flush(); /* who waits for the end does not wait for the reset */
                reset();
            }
        }
        session_watch();
        channel_flush();
    }
}
