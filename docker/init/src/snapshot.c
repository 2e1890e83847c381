#define _GNU_SOURCE
#include "snapshot.h"

#include "program.h"
#include "reset.h"
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Root's, and closed: no program comes near it. */
#define SAVED WORK_MOUNT "/.saved"

enum { DEPTH_MAX = 40, ENTRIES_MAX = 20000, COPY_BYTES = 128 * 1024, MODE_BITS = 0777 };

static bool saved;

struct copy {
    uid_t reader;
    uid_t writer;
    unsigned entries;
};

static int copy_folder(struct copy *copy, int from, int to, int depth);

static int copy_bytes(int from, int to) {
    static char bytes[COPY_BYTES];
    for (;;) {
        ssize_t got = read(from, bytes, sizeof bytes);
        if (got <= 0) {
            return got == 0 ? 0 : errno;
        }
        for (ssize_t at = 0; at < got;) {
            ssize_t wrote = write(to, bytes + at, (size_t)(got - at));
            if (wrote < 0) {
                return errno;
            }
            at += wrote;
        }
    }
}

static int copy_file(const struct copy *copy, int from, int to, const char *name, const struct stat *file) {
    int source = act_as(copy->reader) ? openat(from, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC) : -1;
    if (source < 0) {
        return errno;
    }
    int target = act_as(copy->writer) ? openat(to, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600) : -1;
    struct timespec times[2] = {file->st_atim, file->st_mtim};
    int error = target < 0 ? errno : copy_bytes(source, target);
    if (error == 0 && (fchmod(target, file->st_mode & MODE_BITS) != 0 || futimens(target, times) != 0)) {
        error = errno;
    }
    close_all(&target, 1);
    close_all(&source, 1);
    return error;
}

static int copy_link(const struct copy *copy, int from, int to, const char *name) {
    char target[4096];
    ssize_t length = act_as(copy->reader) ? readlinkat(from, name, target, sizeof target - 1) : -1;
    if (length < 0) {
        return errno;
    }
    target[length] = '\0';
    return act_as(copy->writer) && symlinkat(target, to, name) == 0 ? 0 : errno;
}

static int copy_child(struct copy *copy, int from, int to, const char *name, const struct stat *file, int depth) {
    if (!act_as(copy->writer) || mkdirat(to, name, 0700) != 0) {
        return errno;
    }
    int target = openat(to, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int error = target < 0 ? errno : 0;
    int source = error == 0 && act_as(copy->reader) ? openat(from, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    error = error == 0 && source < 0 ? errno : error;
    error = error == 0 ? copy_folder(copy, source, target, depth + 1) : error;
    if (error == 0 && (!act_as(copy->writer) || fchmod(target, file->st_mode & MODE_BITS) != 0)) {
        error = errno;
    }
    close_all(&source, 1);
    close_all(&target, 1);
    return error;
}

static int copy_entry(struct copy *copy, int from, int to, const char *name, int depth) {
    struct stat file;
    if (depth > DEPTH_MAX || ++copy->entries > ENTRIES_MAX) {
        return EOVERFLOW;
    }
    if (!act_as(copy->reader) || fstatat(from, name, &file, AT_SYMLINK_NOFOLLOW) != 0) {
        return errno;
    }
    if (S_ISREG(file.st_mode)) {
        return copy_file(copy, from, to, name, &file);
    }
    if (S_ISLNK(file.st_mode)) {
        return copy_link(copy, from, to, name);
    }
    return S_ISDIR(file.st_mode) ? copy_child(copy, from, to, name, &file, depth) : 0;
}

static int copy_folder(struct copy *copy, int from, int to, int depth) {
    if (!act_as(copy->reader)) {
        return EPERM;
    }
    DIR *listing = fdopendir(openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (listing == NULL) {
        return errno;
    }
    int error = 0;
    struct dirent *entry;
    while (error == 0 && (entry = readdir(listing)) != NULL) {
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
            error = copy_entry(copy, from, to, entry->d_name, depth);
        }
    }
    closedir(listing);
    return error;
}

static int copy_tree(const char *from, uid_t reader, const char *to, uid_t writer) {
    struct copy copy = {reader, writer, 0};
    int source = act_as(reader) ? open(from, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    int error = source < 0 ? errno : 0;
    int target = error == 0 && act_as(writer) ? open(to, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
    error = error == 0 && target < 0 ? errno : error;
    error = error == 0 ? copy_folder(&copy, source, target, 0) : error;
    close_all(&source, 1);
    close_all(&target, 1);
    return act_as(0) ? error : EPERM;
}

int snapshot_save(uid_t uid) {
    int error = snapshot_drop();
    if (error != 0) {
        return error;
    }
    if (mkdir(SAVED, 0700) != 0) {
        return errno;
    }
    saved = true;
    return copy_tree(WORKSPACE, uid, SAVED, 0);
}

int snapshot_restore(uid_t uid) {
    if (!saved) {
        return ENOENT;
    }
    if (!act_as(uid)) {
        return EPERM;
    }
    int error = reset_empty(SAVED);
    if (!act_as(0)) {
        return EPERM;
    }
    error = error == 0 ? stage_workspace(uid) : error;
    return error == 0 ? copy_tree(SAVED, 0, WORKSPACE, uid) : error;
}

int snapshot_drop(void) {
    if (!saved) {
        return 0;
    }
    int error = reset_remove(SAVED);
    saved = error != 0;
    return error;
}
