// Every try in a process of its own: most of them are its end.
#define _GNU_SOURCE
#include "../src/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;

static void open_a_file(void) { syscall(SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY); }
static void fork_a_process(void) { syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0); }
static void start_a_program(void) { syscall(SYS_execve, "/bin/true", NULL, NULL); }
static void open_a_socket(void) { syscall(SYS_socket, AF_INET, SOCK_STREAM, 0); }
static void map_memory(void) { syscall(SYS_mmap, NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }
static void signal_its_parent(void) { syscall(SYS_kill, getppid(), SIGTERM); }
static void ask_who_it_is(void) { syscall(SYS_getuid); }

static void use_its_pipes(void) {
    char byte = 0;
    if (write(1, "", 0) != 0 || read(0, &byte, 1) < 0) _exit(9);
}

// Returns how a confined process ended that did this: -SIGNAL, or its code.
static int end_of(void (*deed)(void)) {
    pid_t child = fork();
    if (child == 0) {
        int nothing = open("/dev/null", O_RDWR);
        dup2(nothing, 0);
        const char *left = confine(16 << 20);
        if (left != NULL) _exit(8);
        deed();
        _exit(0);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
}

static void expect(const char *deed, int end, int expected) {
    if (end != expected) {
        failures++;
        printf("FAILED: %s ended with %d instead of %d\n", deed, end, expected);
    }
}

int main(void) {
    expect("reading and writing", end_of(use_its_pipes), 0);
    expect("opening a file", end_of(open_a_file), -SIGSYS);
    expect("forking", end_of(fork_a_process), -SIGSYS);
    expect("starting a program", end_of(start_a_program), -SIGSYS);
    expect("opening a socket", end_of(open_a_socket), -SIGSYS);
    expect("mapping memory", end_of(map_memory), -SIGSYS);
    expect("signalling its parent", end_of(signal_its_parent), -SIGSYS);
    expect("another call", end_of(ask_who_it_is), -SIGSYS);
    printf("confine: %d failures\n", failures);
    return failures != 0;
}
