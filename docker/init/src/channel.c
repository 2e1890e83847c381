#define _GNU_SOURCE
#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    IN_BYTES = FRAME_HEADER_BYTES + FRAME_PAYLOAD_MAX_BYTES,
    OUT_BYTES = 1024 * 1024,
    OUT_FULL_BYTES = OUT_BYTES / 2,
};

static uint8_t in[IN_BYTES];
static size_t in_start, in_end;
static uint8_t out[OUT_BYTES];
static size_t out_start, out_end;

_Noreturn void die(const char *why) {
    ssize_t ignored = write(2, why, strlen(why));
    (void)ignored;
    _exit(70);
}

void channel_open(void) {
    fcntl(CHANNEL_IN, F_SETFL, fcntl(CHANNEL_IN, F_GETFL) | O_NONBLOCK);
    fcntl(CHANNEL_OUT, F_SETFL, fcntl(CHANNEL_OUT, F_GETFL) | O_NONBLOCK);
}

/* In a folder where only root writes; gone before any program runs. */
static const struct sockaddr_un OFFERED = {.sun_family = AF_UNIX, .sun_path = "/dev/sandmill"};

static int offer = -1;
static int line[2] = {-1, -1};

static void close_and_forget(int *fd) {
    if (*fd >= 0) {
        close(*fd);
        *fd = -1;
    }
}

static void offer_end(void) {
    if (offer >= 0) {
        unlink(OFFERED.sun_path);
        close_and_forget(&offer);
    }
}

void channel_offer(void) {
    offer = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (offer < 0) {
        return;
    }
    mode_t before = umask(0177);
    bool bound = bind(offer, (const struct sockaddr *)&OFFERED, sizeof OFFERED) == 0;
    umask(before);
    if (!bound) {
        close_and_forget(&offer);
    } else if (listen(offer, 2) != 0) {
        offer_end();
    }
}

int channel_offered(void) { return offer; }

/* The kernel tells the number of a process that is in no group of ours as 0. */
static bool from_outside(int fd) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.pid == 0;
}

static void move(void) {
    channel_drain();
    for (int standard = CHANNEL_IN; standard <= CHANNEL_OUT; standard++) {
        if (dup2(line[standard], standard) != standard) {
            die("sandmill-init: the connection to the host cannot be used\n");
        }
        close_and_forget(&line[standard]);
    }
    channel_open();
}

void channel_take(void) {
    int next = accept4(offer, NULL, NULL, SOCK_CLOEXEC);
    if (next >= 0 && !from_outside(next)) {
        close(next);
        return;
    }
    if (next >= 0 && line[CHANNEL_IN] < 0) {
        line[CHANNEL_IN] = next;
    } else if (next >= 0) {
        line[CHANNEL_OUT] = next;
        offer_end();
        move();
    }
}

void channel_decline(void) {
    offer_end();
    close_and_forget(&line[CHANNEL_IN]);
}

bool channel_fill(void) {
    if (in_start > 0) {
        memmove(in, in + in_start, in_end - in_start);
        in_end -= in_start;
        in_start = 0;
    }
    ssize_t got = read(CHANNEL_IN, in + in_end, sizeof in - in_end);
    if (got > 0) {
        in_end += (size_t)got;
        return true;
    }
    return got < 0 && (errno == EAGAIN || errno == EINTR);
}

bool channel_next(struct frame *frame) {
    long used = frame_decode(in + in_start, in_end - in_start, frame);
    if (used < 0) {
        die("sandmill-init: not a frame on standard input\n");
    }
    in_start += (size_t)used;
    return used > 0;
}

void channel_send(uint8_t type, const void *payload, uint32_t length) {
    size_t needed = (size_t)FRAME_HEADER_BYTES + length;
    if (OUT_BYTES - out_end < needed && out_start > 0) {
        memmove(out, out + out_start, out_end - out_start);
        out_end -= out_start;
        out_start = 0;
    }
    if (OUT_BYTES - out_end < needed) {
        die("sandmill-init: the host does not read\n");
    }
    out_end += frame_encode(out + out_end, type, payload, length);
}

void channel_send_text(uint8_t type, const char *text) { channel_send(type, text, (uint32_t)strlen(text)); }

void channel_flush(void) {
    while (out_start < out_end) {
        ssize_t wrote = write(CHANNEL_OUT, out + out_start, out_end - out_start);
        if (wrote < 0) {
            if (errno == EAGAIN) {
                return;
            }
            if (errno == EINTR) {
                continue;
            }
            die("sandmill-init: the host is gone\n");
        }
        out_start += (size_t)wrote;
    }
    out_start = out_end = 0;
}

void channel_drain(void) {
    channel_flush();
    while (channel_pending()) {
        struct pollfd wait = {.fd = CHANNEL_OUT, .events = POLLOUT};
        poll(&wait, 1, -1);
        channel_flush();
    }
}

bool channel_pending(void) { return out_start < out_end; }
bool channel_has_room(void) { return out_end - out_start < OUT_FULL_BYTES; }
