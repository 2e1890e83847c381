#define _GNU_SOURCE
#include "counted.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#ifndef PROCESSES /* tests have a folder of their own */
#define PROCESSES "/proc"
#endif

static uint64_t memory_limit, pids_limit;

static bool first_bytes(const char *path, char *text, size_t size) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd < 0 ? -1 : read(fd, text, size - 1);
    if (fd >= 0) {
        close(fd);
    }
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

bool counted_open(void) {
    const char *bounds = getenv("SANDMILL_COUNTED");
    char *rest;
    if (bounds == NULL) {
        return false;
    }
    memory_limit = strtoull(bounds, &rest, 10);
    pids_limit = strtoull(rest, NULL, 10);
    return memory_limit > 0 && pids_limit > 0 && counted_memory_bytes() > 0 && counted_pids() > 0;
}

uint64_t counted_memory_limit_bytes(void) { return memory_limit; }
uint64_t counted_pids_limit(void) { return pids_limit; }

static uint64_t kibibytes(const char *text, const char *name) {
    const char *found = strstr(text, name);
    return found == NULL ? 0 : strtoull(found + strlen(name), NULL, 10) * 1024;
}

/* Without the pages of files, which are the image's and come and go: groups count them too, but give them back first. */
uint64_t counted_memory_bytes(void) {
    char text[4096];
    if (!first_bytes(PROCESSES "/meminfo", text, sizeof text)) {
        return 0;
    }
    uint64_t all = kibibytes(text, "MemTotal:");
    uint64_t not_its_own = kibibytes(text, "MemFree:") + kibibytes(text, "\nMapped:");
    return all > not_its_own ? all - not_its_own : 0;
}

/* Calls `use` with the number of every process, as text. */
static uint64_t over_processes(uint64_t (*use)(const char *pid)) {
    DIR *listing = opendir(PROCESSES);
    uint64_t sum = 0;
    struct dirent *entry;
    while (listing != NULL && (entry = readdir(listing)) != NULL) {
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') {
            sum += use(entry->d_name);
        }
    }
    if (listing != NULL) {
        closedir(listing);
    }
    return sum;
}

/* One that is dead and not reaped has no threads, and counts as the kernel's groups count it. */
static uint64_t threads(const char *pid) {
    char path[64];
    struct stat tasks;
    snprintf(path, sizeof path, PROCESSES "/%.20s/task", pid);
    return stat(path, &tasks) == 0 && tasks.st_nlink > 3 ? tasks.st_nlink - 2 : 1;
}

uint64_t counted_pids(void) { return over_processes(threads); }

/* User and system time of the process and of its children that are gone; the name before them may hold anything. */
static uint64_t ticks(const char *pid) {
    char path[64];
    char text[1024];
    unsigned long long user, system, children_user, children_system;
    snprintf(path, sizeof path, PROCESSES "/%.20s/stat", pid);
    const char *name_end = first_bytes(path, text, sizeof text) ? strrchr(text, ')') : NULL;
    return name_end != NULL && sscanf(name_end + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %llu %llu", &user,
                                      &system, &children_user, &children_system) == 4
               ? user + system + children_user + children_system
               : 0;
}

uint64_t counted_cpu_micros(void) {
    static uint64_t most;
    uint64_t now = over_processes(ticks) * 1000000 / (uint64_t)sysconf(_SC_CLK_TCK);
    /* What nobody waited for is in no sum any more: time that was used stays used. */
    most = now > most ? now : most;
    return most;
}
