#define _GNU_SOURCE
#include "stage.h"

#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FLAG_EXECUTABLE = 1, FLAG_APPEND = 2, PATH_MAX_BYTES = 4096, SEGMENT_MAX_BYTES = 255 };

bool act_as(uid_t uid) {
    setfsgid(uid);
    setfsuid(uid);
    return (uid_t)setfsuid((uid_t)-1) == uid && (gid_t)setfsgid((gid_t)-1) == uid;
}

int stage_workspace(uid_t uid) {
    if (!act_as(uid)) {
        return EPERM;
    }
    int error = mkdir(WORKSPACE, 0700) == 0 ? 0 : errno;
    return act_as(0) ? error : EPERM;
}

static bool is_file(int fd) {
    struct stat file;
    return fstat(fd, &file) == 0 && S_ISREG(file.st_mode);
}

static int write_all(int fd, const uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t wrote = write(fd, bytes, length);
        if (wrote < 0) {
            if (errno == EINTR) {
                continue;
            }
            return errno;
        }
        bytes += wrote;
        length -= (size_t)wrote;
    }
    return 0;
}

/*
 * Walks `path` from the workspace, never through a link; makes the folders that are missing. Never waits either: a run
 * that continues may find a FIFO where the one before it was to leave a file.
 */
static int open_target(char *path, int flags, mode_t mode) {
    int folder = open(WORKSPACE, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    char *segment = path;
    while (folder >= 0) {
        size_t length = strcspn(segment, "/");
        bool last = segment[length] == '\0';
        segment[length] = '\0';
        if (length == 0 || length > SEGMENT_MAX_BYTES || strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0) {
            close(folder);
            errno = EINVAL;
            return -1;
        }
        int next;
        if (last) {
            next = openat(folder, segment, flags | O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode);
        } else {
            int made = mkdirat(folder, segment, 0755);
            next = made == 0 || errno == EEXIST
                       ? openat(folder, segment, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                       : -1;
        }
        int error = errno;
        close(folder);
        errno = error;
        if (last) {
            return next;
        }
        folder = next;
        segment += length + 1;
    }
    return -1;
}

int stage_file(uid_t uid, const struct frame *frame) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    uint8_t flags = take_u8(&cursor);
    uint16_t path_length = take_u16(&cursor);
    const uint8_t *path_bytes = take_bytes(&cursor, path_length);
    char path[PATH_MAX_BYTES + 1];
    if (path_bytes == NULL || path_length > PATH_MAX_BYTES || memchr(path_bytes, 0, path_length) != NULL ||
        (flags & ~(FLAG_EXECUTABLE | FLAG_APPEND)) != 0) {
        return EINVAL;
    }
    memcpy(path, path_bytes, path_length);
    path[path_length] = '\0';
    if (!act_as(uid)) {
        return EPERM;
    }
    mode_t mode = (flags & FLAG_EXECUTABLE) != 0 ? 0755 : 0644;
    int fd = open_target(path, (flags & FLAG_APPEND) != 0 ? O_APPEND : O_CREAT | O_EXCL, mode);
    int error = fd < 0 ? errno : EINVAL;
    if (fd >= 0) {
        error = is_file(fd) ? write_all(fd, cursor.at, (size_t)(cursor.end - cursor.at)) : EINVAL;
        close(fd);
    }
    return act_as(0) ? error : EPERM;
}
