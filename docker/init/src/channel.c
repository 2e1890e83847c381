#include "channel.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
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

/* Mounted into the container; nobody listens there any more once a program runs. */
static int connected(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/sandmill/host"};
    int line = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (line >= 0 && connect(line, (const struct sockaddr *)&address, sizeof address) != 0) {
        close(line);
        line = -1;
    }
    return line;
}

bool channel_connect(int line[2]) {
    line[CHANNEL_IN] = connected();
    line[CHANNEL_OUT] = line[CHANNEL_IN] < 0 ? -1 : connected();
    if (line[CHANNEL_OUT] < 0 && line[CHANNEL_IN] >= 0) {
        close(line[CHANNEL_IN]);
    }
    return line[CHANNEL_OUT] >= 0;
}

void channel_move(const int line[2]) {
    channel_drain();
    for (int standard = CHANNEL_IN; standard <= CHANNEL_OUT; standard++) {
        if (dup2(line[standard], standard) != standard) {
            die("sandmill-init: the connection to the host cannot be used\n");
        }
        close(line[standard]);
    }
    channel_open();
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
