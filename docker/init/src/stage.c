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

/* gVisor has no user for files alone: there it is the effective one, which root may take back. */
static bool is_effectively(uid_t uid) {
    if (uid == 0) {
        return setresuid((uid_t)-1, 0, (uid_t)-1) == 0 && setresgid((gid_t)-1, 0, (gid_t)-1) == 0;
    }
    return is_effectively(0) && setresgid((gid_t)-1, uid, (gid_t)-1) == 0 && setresuid((uid_t)-1, uid, (uid_t)-1) == 0;
}

bool act_as(uid_t uid) {
    errno = 0;
    setfsgid(uid);
    setfsuid(uid);
    if (errno == ENOSYS) {
        return is_effectively(uid);
    }
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

int stage_folder_of(char *path, bool makes, const char **name) {
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
        if (last) {
            *name = segment;
            return folder;
        }
        bool there = !makes || mkdirat(folder, segment, 0755) == 0 || errno == EEXIST;
        int next = there ? openat(folder, segment, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
        int error = errno;
        close(folder);
        errno = error;
        folder = next;
        segment += length + 1;
    }
    return -1;
}

/*
 * Never waits: a run that continues may find a FIFO where the one before it was to leave a file. A file that did not get
 * all of its bytes is removed: there is none rather than half of one.
 */
static int write_in(int folder, const char *name, uint8_t flags, bool replaces, const uint8_t *bytes, size_t length) {
    bool append = (flags & FLAG_APPEND) != 0;
    if (replaces && !append && unlinkat(folder, name, 0) != 0 && errno != ENOENT) {
        return errno;
    }
    mode_t mode = (flags & FLAG_EXECUTABLE) != 0 ? 0755 : 0644;
    int how = append ? O_APPEND : O_CREAT | O_EXCL;
    int fd = openat(folder, name, how | O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, mode);
    if (fd < 0) {
        return errno;
    }
    int error = is_file(fd) ? write_all(fd, bytes, length) : EINVAL;
    close(fd);
    if (error != 0) {
        unlinkat(folder, name, 0);
    }
    return error;
}

int stage_file(uid_t uid, const struct frame *frame, bool replaces) {
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
    const char *name;
    int folder = stage_folder_of(path, true, &name);
    int error = folder < 0 ? errno : write_in(folder, name, flags, replaces, cursor.at, (size_t)(cursor.end - cursor.at));
    close_all(&folder, 1);
    return act_as(0) ? error : EPERM;
}
