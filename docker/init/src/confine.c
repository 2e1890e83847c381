#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* From version 2 on files may be moved between folders under it. */
enum { VERSION_MIN = 2 };

#ifndef LANDLOCK_ACCESS_FS_REFER
#define LANDLOCK_ACCESS_FS_REFER (1ULL << 13)
#endif

static const char *const places[] = {"/workspace", "/tmp", "/dev"};
static int rules = -1;

static bool add(const char *place) {
    int folder = open(place, O_PATH | O_DIRECTORY | O_CLOEXEC);
    struct landlock_path_beneath_attr rule = {
        .allowed_access = LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REFER, .parent_fd = folder};
    bool added = folder >= 0 && syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0) == 0;
    int error = errno;
    if (folder >= 0) {
        close(folder);
    }
    errno = error;
    return added;
}

bool confine_prepare(void) {
    if (syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) < VERSION_MIN) {
        return true;
    }
    struct landlock_ruleset_attr handled = {.handled_access_fs =
                                                LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REFER};
    rules = (int)syscall(SYS_landlock_create_ruleset, &handled, sizeof handled.handled_access_fs, 0);
    bool whole = rules >= 0 && fcntl(rules, F_SETFD, FD_CLOEXEC) == 0;
    for (unsigned i = 0; whole && i < sizeof places / sizeof *places; i++) {
        whole = add(places[i]);
    }
    return whole;
}

bool confine(void) {
    if (rules < 0) {
        return true;
    }
    bool confined = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    rules = -1;
    return confined;
}
