#define _GNU_SOURCE
#include "reset.h"

#include "cgroup.h"
#include "stage.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <stdlib.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <time.h>
#include <unistd.h>

static const char *const writable[] = {"/workspace", "/tmp", "/dev/shm", "/dev/mqueue"};
enum { WRITABLE = sizeof writable / sizeof *writable };

struct use {
    bool exists;
    bool counts; /* inodes, so that every name in it is seen */
    uint64_t blocks;
    uint64_t inodes;
};

static struct use baseline[WRITABLE];

static struct use use_of(const char *path) {
    struct statfs fs;
    if (statfs(path, &fs) != 0) {
        return (struct use){.exists = false};
    }
    return (struct use){.exists = true,
                        .counts = fs.f_files > 0,
                        .blocks = fs.f_blocks - fs.f_bfree,
                        .inodes = fs.f_files - fs.f_ffree};
}

static const char *remains(int i) {
    struct use now = use_of(writable[i]);
    return now.exists == baseline[i].exists && now.blocks == baseline[i].blocks && now.inodes == baseline[i].inodes
               ? NULL
               : writable[i];
}

/* Whether the file system itself says that nothing was put there. The one of message queues counts nothing. */
static bool untouched(int i) { return baseline[i].counts && remains(i) == NULL; }

/* The runtime gives a mount the mode of the image's folder under it, which images keep closed. */
bool reset_open(void) { return chmod("/workspace", 01777) == 0 && chmod("/tmp", 01777) == 0; }

void reset_remember(void) {
    for (int i = 0; i < WRITABLE; i++) {
        baseline[i] = use_of(writable[i]);
    }
}

/* What takes longer to remove is not worth it: the host destroys the container, at the cost of one unmount. */
enum { PATIENCE_MILLIS = 100 };

static struct timespec gives_up;

static void be_patient(void) {
    clock_gettime(CLOCK_MONOTONIC, &gives_up);
    gives_up.tv_nsec += PATIENCE_MILLIS * 1000000L;
    gives_up.tv_sec += gives_up.tv_nsec / 1000000000L;
    gives_up.tv_nsec %= 1000000000L;
}

static bool out_of_patience(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > gives_up.tv_sec || (now.tv_sec == gives_up.tv_sec && now.tv_nsec >= gives_up.tv_nsec);
}

static bool is_dot(const char *name) { return strcmp(name, ".") == 0 || strcmp(name, "..") == 0; }

/* Moves the sub-folders of `name` up to the top under numbers of ours and unlinks everything else in it. */
static int lift(int top, const char *name, unsigned long *moved) {
    if (fchmodat(top, name, 0700, 0) != 0) {
        return errno;
    }
    int folder = openat(top, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *listing = folder < 0 ? NULL : fdopendir(folder);
    if (listing == NULL) {
        return errno;
    }
    int error = 0;
    struct dirent *entry;
    while (error == 0 && (entry = readdir(listing)) != NULL) {
        if (out_of_patience()) {
            error = ETIME;
            break;
        }
        if (is_dot(entry->d_name) || unlinkat(folder, entry->d_name, 0) == 0) {
            continue;
        }
        if (errno != EISDIR || fchmodat(folder, entry->d_name, 0700, 0) != 0) {
            error = errno;
            break;
        }
        do {
            char number[32];
            snprintf(number, sizeof number, "removed.%lu", (*moved)++);
            error = renameat2(folder, entry->d_name, top, number, RENAME_NOREPLACE) == 0 ? 0 : errno;
        } while (error == EEXIST);
    }
    closedir(listing);
    return error;
}

static int remove_entry(int top, const char *name, unsigned long *moved) {
    if (unlinkat(top, name, 0) == 0) {
        return 0;
    }
    if (errno != EISDIR) {
        return errno;
    }
    if (unlinkat(top, name, AT_REMOVEDIR) == 0) {
        return 0;
    }
    int error = errno == ENOTEMPTY ? lift(top, name, moved) : errno;
    return error != 0 || unlinkat(top, name, AT_REMOVEDIR) == 0 || errno == ENOTEMPTY ? error : errno;
}

/* Without recursion and with three descriptors, however deep the tree; follows no link. `but` is a name or NULL. */
static int empty(const char *path, const char *but) {
    int top = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (top < 0) {
        return errno == ENOENT ? 0 : errno;
    }
    unsigned long moved = 0;
    int error = 0;
    bool again = true;
    while (again && error == 0) {
        again = false;
        DIR *listing = fdopendir(openat(top, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
        if (listing == NULL) {
            error = errno;
            break;
        }
        struct dirent *entry;
        while (error == 0 && (entry = readdir(listing)) != NULL) {
            if (!is_dot(entry->d_name) && (but == NULL || strcmp(entry->d_name, but) != 0)) {
                again = true;
                error = out_of_patience() ? ETIME : remove_entry(top, entry->d_name, &moved);
            }
        }
        closedir(listing);
    }
    close(top);
    return error;
}

/* The list has a heading; a second line is an object. */
static bool has_objects(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    char text[1024];
    ssize_t got = read(fd, text, sizeof text);
    close(fd);
    const char *line = got > 0 ? memchr(text, '\n', (size_t)got) : NULL;
    return line != NULL && line + 1 < text + got;
}

/* Where /proc has no lists of them. Who is refused by the filter was never able to make one. */
static bool has_uncounted_objects(void) {
    struct shm_info segments = {0};
    struct seminfo sets = {0};
    struct msginfo queues = {0};
    return (shmctl(0, SHM_INFO, (struct shmid_ds *)&segments) >= 0 && segments.used_ids > 0) ||
           (semctl(0, 0, SEM_INFO, &sets) >= 0 && sets.semusz > 0) ||
           (msgctl(0, MSG_INFO, (struct msqid_ds *)&queues) >= 0 && queues.msgpool > 0);
}

static bool is_positive(const char *line, const char *field) {
    const char *found = strstr(line, field);
    return found != NULL && strtol(found + strlen(field), NULL, 10) > 0;
}

/* Sockets in use, and TCP connections that wait out their time: they would keep an address from the next run. */
static bool has_sockets(const char *path) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    char text[2048];
    ssize_t got = read(fd, text, sizeof text - 1);
    close(fd);
    if (got < 0 || got == (ssize_t)sizeof text - 1) {
        return true; /* not what it has to be: nothing is proven */
    }
    text[got] = '\0';
    char *rest = text;
    char *line;
    bool any = false;
    while (!any && (line = strsep(&rest, "\n")) != NULL) {
        any = strncmp(line, "sockets:", 8) != 0 && (is_positive(line, " inuse ") || is_positive(line, " tw "));
    }
    return any;
}

int reset_empty(const char *but) {
    int error = 0;
    be_patient();
    for (int i = 0; i < WRITABLE && error == 0; i++) {
        size_t length = strlen(writable[i]);
        bool holds = but != NULL && strncmp(but, writable[i], length) == 0 && but[length] == '/';
        error = untouched(i) ? 0 : empty(writable[i], holds ? but + length + 1 : NULL);
    }
    return error;
}

int reset_remove(const char *path) {
    be_patient();
    int error = empty(path, NULL);
    return error == 0 && rmdir(path) != 0 ? errno : error;
}

const char *reset_prove(uid_t uid) {
    if (!act_as(uid)) {
        return "cannot act as the run's user";
    }
    int error = reset_empty(NULL);
    if (!act_as(0)) {
        return "cannot act as root again";
    }
    if (error != 0) {
        return strerror(error);
    }
    for (int i = 0; i < WRITABLE; i++) {
        const char *path = remains(i);
        if (path != NULL) {
            return path;
        }
    }
    if (has_objects("/proc/sysvipc/shm") || has_objects("/proc/sysvipc/sem") || has_objects("/proc/sysvipc/msg")) {
        return "System V IPC objects";
    }
    if (!cgroup_enforces() && has_uncounted_objects()) {
        return "System V IPC objects";
    }
    if (!cgroup_enforces() && (has_objects("/proc/net/tcp") || has_objects("/proc/net/tcp6") ||
                               has_objects("/proc/net/udp") || has_objects("/proc/net/udp6"))) {
        return "sockets";
    }
    if (has_sockets("/proc/net/sockstat") || has_sockets("/proc/net/sockstat6")) {
        return "sockets";
    }
    return NULL;
}
