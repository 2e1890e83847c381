#define _GNU_SOURCE
#include "collect.h"

#include "channel.h"
#include "glob.h"
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    GLOBS_MAX = 100,
    DEPTH_MAX = 32,
    NAME_BYTES = 256,
    PATH_BYTES = (DEPTH_MAX + 1) * NAME_BYTES,
    CHUNK_BYTES = 64 * 1024,
    WHY_BYTES = 128,
    NAME_MAX_BYTES = 4096,
};

static struct {
    const struct strings *globs;
    uint32_t files_left;
    uint64_t file_bytes;
    uint64_t bytes_left;
    bool cut_short;
    char path[PATH_BYTES];
    glob_state states[DEPTH_MAX + 1][GLOBS_MAX];
} job;

/* The state of every glob after `name`; what a glob can still match below, or whether one matches here. */
static void step(unsigned depth, const char *name, bool *matches, bool *goes_on) {
    *matches = *goes_on = false;
    for (uint32_t i = 0; i < job.globs->count; i++) {
        const char *glob = job.globs->list[i];
        glob_state state = glob_step(glob, job.states[depth][i], name);
        bool here = glob_matches(glob, state);
        *matches = *matches || here;
        *goes_on = *goes_on || (state & (state - 1)) != 0 || (state != 0 && !here);
        if (depth < DEPTH_MAX) {
            job.states[depth + 1][i] = state;
        }
    }
}

/* The path with what is wrong with it, or with NULL where its content follows. */
static void say(uint64_t size, const char *why) {
    static uint8_t payload[8 + 2 + PATH_BYTES + WHY_BYTES];
    size_t path_length = strlen(job.path), why_length = why == NULL ? 0 : strnlen(why, WHY_BYTES);
    put_u64(payload, size);
    put_u16(payload + 8, (uint16_t)path_length);
    memcpy(payload + 10, job.path, path_length);
    if (why != NULL) {
        memcpy(payload + 10 + path_length, why, why_length);
    }
    channel_drain();
    channel_send(FRAME_ARTIFACT, payload, (uint32_t)(10 + path_length + why_length));
}

/* One more file; false when there are too many. */
static bool announce(uint64_t size, const char *why) {
    if (job.files_left == 0) {
        job.cut_short = true;
        return false;
    }
    job.files_left--;
    say(size, why);
    return true;
}

static const char *problem(const struct stat *file) {
    if (S_ISLNK(file->st_mode)) {
        return "a symbolic link, not a file";
    }
    if (!S_ISREG(file->st_mode)) {
        return "not a regular file";
    }
    if (file->st_nlink != 1) {
        return "has other hard links";
    }
    if ((uint64_t)file->st_size > job.file_bytes) {
        return "larger than a file may be";
    }
    return (uint64_t)file->st_size > job.bytes_left ? "larger than what is left for all files together" : NULL;
}

/*
 * Exactly `size` bytes, or the same path again with what is wrong: a session's process that a timer of the kernel
 * wakes may cut the file off while it is read, and a read may fail.
 */
static void send_content(int fd, uint64_t size) {
    static uint8_t chunk[CHUNK_BYTES];
    uint64_t left = size;
    ssize_t got = 1;
    while (left > 0 && got > 0) {
        got = read(fd, chunk, left < sizeof chunk ? (size_t)left : sizeof chunk);
        if (got > 0) {
            left -= (uint64_t)got;
            channel_drain();
            channel_send(FRAME_ARTIFACT_DATA, chunk, (uint32_t)got);
        }
    }
    if (left > 0) {
        say(size, got < 0 ? strerror(errno) : "became shorter while it was read");
    }
}

static void send_file(int folder, const char *name) {
    struct stat before, file;
    if (fstatat(folder, name, &before, AT_SYMLINK_NOFOLLOW) != 0) {
        announce(0, strerror(errno));
        return;
    }
    const char *why = problem(&before);
    if (why != NULL) {
        announce((uint64_t)before.st_size, why);
        return;
    }
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &file) != 0 || file.st_ino != before.st_ino || problem(&file) != NULL) {
        announce((uint64_t)before.st_size, fd < 0 ? strerror(errno) : "changed while it was opened");
    } else if (announce((uint64_t)file.st_size, NULL)) {
        job.bytes_left -= (uint64_t)file.st_size;
        send_content(fd, (uint64_t)file.st_size);
    }
    if (fd >= 0) {
        close(fd);
    }
}

static void walk(int folder, unsigned depth, size_t path_length);

static void enter(int folder, const char *name, unsigned depth, size_t path_length) {
    if (depth + 1 > DEPTH_MAX) {
        announce(0, "a folder deeper than is looked into");
        return;
    }
    int next = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (next < 0) {
        announce(0, strerror(errno));
        return;
    }
    job.path[path_length] = '/';
    walk(next, depth + 1, path_length + 1);
    job.path[path_length] = '\0';
}

/* Takes `folder` over. */
static void walk(int folder, unsigned depth, size_t path_length) {
    DIR *listing = fdopendir(folder);
    if (listing == NULL) {
        close(folder);
        return;
    }
    struct dirent *entry;
    while (!job.cut_short && (entry = readdir(listing)) != NULL) {
        const char *name = entry->d_name;
        bool matches, goes_on;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) {
            continue;
        }
        step(depth, name, &matches, &goes_on);
        size_t length = strlen(name);
        if (!matches && !goes_on) {
            continue;
        }
        memcpy(job.path + path_length, name, length + 1);
        struct stat found;
        bool is_folder = fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(found.st_mode);
        if (is_folder && goes_on) {
            enter(folder, name, depth, path_length + length);
        } else if (!is_folder && matches) {
            send_file(folder, name);
        }
    }
    closedir(listing);
}

bool collect(uid_t uid, const struct frame *frame, struct strings *space) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    job.files_left = take_u32(&cursor);
    job.file_bytes = take_u64(&cursor);
    job.bytes_left = take_u64(&cursor);
    job.cut_short = false;
    job.globs = space;
    if (!strings_read(space, &cursor) || cursor.at != cursor.end || space->count > GLOBS_MAX || !act_as(uid)) {
        return false;
    }
    for (uint32_t i = 0; i < space->count; i++) {
        job.states[0][i] = glob_start(space->list[i]);
    }
    int workspace = open(WORKSPACE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (workspace < 0) {
        snprintf(job.path, sizeof job.path, ".");
        announce(0, strerror(errno));
    } else {
        walk(workspace, 0, 0);
    }
    if (!act_as(0)) {
        return false;
    }
    uint8_t cut_short = job.cut_short;
    channel_send(FRAME_COLLECTED, &cut_short, sizeof cut_short);
    return true;
}

bool fetch(uid_t uid, const struct frame *frame) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    job.files_left = 1;
    job.file_bytes = job.bytes_left = take_u64(&cursor);
    job.cut_short = false;
    size_t length = (size_t)(cursor.end - cursor.at);
    if (cursor.failed || length >= NAME_MAX_BYTES || memchr(cursor.at, 0, length) != NULL || !act_as(uid)) {
        return false;
    }
    char path[NAME_MAX_BYTES];
    memcpy(path, cursor.at, length);
    path[length] = '\0';
    memcpy(job.path, path, length + 1);
    const char *name;
    int folder = stage_folder_of(path, false, &name);
    if (folder < 0) {
        announce(0, strerror(errno));
    } else {
        send_file(folder, name);
        close(folder);
    }
    if (!act_as(0)) {
        return false;
    }
    uint8_t cut_short = 0;
    channel_send(FRAME_COLLECTED, &cut_short, sizeof cut_short);
    return true;
}
