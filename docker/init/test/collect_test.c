/* A file that changes while it is read costs that file, and the host always knows where the next one begins. */
#define _GNU_SOURCE
#include "../src/channel.h"
#include "../src/collect.h"
#include "../src/stage.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGE_BYTES = 200 * 1000, SMALL_BYTES = 5, CHUNK_BYTES = 64 * 1024 };

static char heard[4096];
static unsigned data_frames, change_before;
static off_t becomes;

static void require(bool fine, const char *what) {
    if (!fine) {
        fprintf(stderr, "collect_test: %s; heard %s\n", what, heard);
        exit(1);
    }
}

static void note(const char *text) { strncat(heard, text, sizeof heard - strlen(heard) - 1); }

/* The host's side. The large file changes before its first, second, ... frame of data is read. */
void channel_send(uint8_t type, const void *payload, uint32_t length) {
    struct cursor cursor = {payload, (const uint8_t *)payload + length, false};
    char text[256];
    if (type == FRAME_ARTIFACT) {
        unsigned long long size = take_u64(&cursor);
        uint16_t path_length = take_u16(&cursor);
        const char *path = (const char *)take_bytes(&cursor, path_length);
        snprintf(text, sizeof text, "%.*s %llu[%.*s] ", path_length, path, size, (int)(cursor.end - cursor.at), (const char *)cursor.at);
    } else {
        snprintf(text, sizeof text, type == FRAME_ARTIFACT_DATA ? "+%u " : "end %u", type == FRAME_ARTIFACT_DATA ? length : *cursor.at);
    }
    note(text);
    if (strstr(heard, "large") != NULL && data_frames++ == change_before) {
        require(truncate(WORKSPACE "/large", becomes) == 0, "the file is cut off");
    }
}
void channel_send_text(uint8_t type, const char *text) { channel_send(type, text, (uint32_t)strlen(text)); }
void channel_drain(void) {}
_Noreturn void die(const char *why) {
    fputs(why, stderr);
    abort();
}

static void make(uid_t uid, const char *path, off_t size) {
    require(act_as(uid), "the run's user");
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    require(fd >= 0 && ftruncate(fd, size) == 0, "a file is made");
    close(fd);
    require(act_as(getuid()), "init's user");
}

static void fetches(uid_t uid, unsigned before, off_t size, const char *expected) {
    static uint8_t payload[8 + 5] = {0, 0, 0, 0, 0, 0x40, 0, 0, 'l', 'a', 'r', 'g', 'e'};
    make(uid, WORKSPACE "/large", LARGE_BYTES);
    heard[0] = '\0';
    data_frames = 0, change_before = before, becomes = size;
    struct frame frame = {FRAME_FETCH, sizeof payload, payload};
    require(fetch(uid, &frame), "it is answered");
    require(strcmp(heard, expected) == 0, expected);
}

/* Two files are asked for and both come, whatever becomes of the large one: its error is no third. */
static void collects(uid_t uid, const char *large) {
    static struct strings space;
    static uint8_t payload[4 + 8 + 8 + 2 + 4 + 1] = {[3] = 2, [9] = 0x40, [17] = 0x40, [21] = 1, [25] = 1, [26] = '*'};
    make(uid, WORKSPACE "/large", LARGE_BYTES);
    heard[0] = '\0';
    data_frames = 0, change_before = 1, becomes = 10;
    struct frame frame = {FRAME_COLLECT, sizeof payload, payload};
    require(collect(uid, &frame, &space), "it is answered");
    require(strstr(heard, large) != NULL && strstr(heard, "small 5[] +5 ") != NULL && strstr(heard, "end 0") != NULL, large);
}

int main(void) {
    char base[] = "/tmp/sandmill-collect.XXXXXX";
    uid_t uid = geteuid() == 0 ? 100000 : geteuid();
    require(mkdtemp(base) != NULL && chmod(base, 0755) == 0 && chdir(base) == 0, "a folder");
    require(mkdir(WORK_MOUNT, 0755) == 0 && chmod(WORK_MOUNT, 01777) == 0 && stage_workspace(uid) == 0, "a workspace");
    fetches(uid, 99, 0, "large 200000[] +65536 +65536 +65536 +3392 end 0");
    fetches(uid, 0, 100, "large 200000[] +100 large 200000[became shorter while it was read] end 0");
    fetches(uid, 0, 0, "large 200000[] large 200000[became shorter while it was read] end 0");
    fetches(uid, 1, 100, "large 200000[] +65536 large 200000[became shorter while it was read] end 0");
    fetches(uid, 2, LARGE_BYTES - 1, "large 200000[] +65536 +65536 +65536 +3391 large 200000[became shorter while it was read] end 0");
    fetches(uid, 1, 2 * LARGE_BYTES, "large 200000[] +65536 +65536 +65536 +3392 end 0");
    make(uid, WORKSPACE "/small", SMALL_BYTES);
    collects(uid, "large 200000[] +65536 large 200000[became shorter while it was read] ");
    require(unlink(WORKSPACE "/large") == 0 && unlink(WORKSPACE "/small") == 0 && rmdir(WORKSPACE) == 0 &&
                rmdir(WORK_MOUNT) == 0 && chdir("/") == 0 && rmdir(base) == 0,
            "nothing else was made");
    return 0;
}
