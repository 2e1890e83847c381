// sandmill-parser MEMORY_MEBIBYTES CPU_MILLIS: parses sources that nobody trusts, one after another, for the process on
// the other end of its input and output. A source that exceeds a limit is answered so; the next one finds nothing of it.
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <unistd.h>

#include "arena.h"
#include "confine.h"
#include "frame.h"
#include "grammars.h"
#include "tree.h"

enum {
    MEBIBYTE = 1 << 20,
    MAX_MEMORY_MEBIBYTES = 1 << 14,
    MAX_CPU_MILLIS = 600000,
    KEPT_BYTES = 32 * MEBIBYTE,
    SPARE_BYTES = 16 * MEBIBYTE,
    PIPE_BYTES = MEBIBYTE,
    MAX_GREETING_BYTES = MEBIBYTE
};

static struct parse parse;
static sigjmp_buf given_up;

// Nothing has to be undone on the way: all that a parse holds is in the arena.
static void give_up_memory(void) { siglongjmp(given_up, TOO_MUCH_MEMORY); }

static void give_up_time(int signal_number) {
    (void)signal_number;
    siglongjmp(given_up, TOO_LONG);
}

static void set_timer(long millis) {
    struct itimerval timer = {.it_value = {.tv_sec = millis / 1000, .tv_usec = millis % 1000 * 1000}};
    setitimer(ITIMER_PROF, &timer, NULL);
}

_Noreturn static void stop(const char *reason) {
    fprintf(stderr, "sandmill-parser: %s\n", reason);
    exit(2);
}

static long number(const char *text, long most) {
    char *end;
    long value = strtol(text, &end, 10);
    if (*end != '\0' || value < 1 || value > most) stop("usage: sandmill-parser MEMORY_MEBIBYTES CPU_MILLIS");
    return value;
}

static unsigned char *put_text(unsigned char *at, const char *text) {
    size_t length = text == NULL ? 0 : strlen(text);
    put_16(at, (uint16_t)length);
    if (length > 0) memcpy(at + 2, text, length);
    return at + 2 + length;
}

static unsigned char *put_grammar(const struct grammar *grammar, unsigned char *at) {
    at = put_text(at, grammar->name);
    put_32(at, grammar->symbols);
    at += 4;
    for (uint32_t symbol = 0; symbol < grammar->symbols; symbol++) {
        at = put_text(at, ts_language_symbol_name(grammar->language, (TSSymbol)symbol));
    }
    uint32_t fields = ts_language_field_count(grammar->language);
    put_32(at, fields);
    at += 4;
    for (uint32_t field = 1; field <= fields; field++) {
        at = put_text(at, ts_language_field_name_for_id(grammar->language, (TSFieldId)field));
    }
    return at;
}

// The grammars' names for symbols and fields, once.
static void greet(void) {
    unsigned char *greeting = malloc(MAX_GREETING_BYTES);
    if (greeting == NULL) stop("no memory");
    unsigned char *at = greeting + 12;
    for (int number = 0; number < LANGUAGES; number++) at = put_grammar(&grammars[number], at);
    memcpy(greeting, "SMP1", 4);
    put_32(greeting + 4, (uint32_t)(at - greeting - 8));
    put_32(greeting + 8, LANGUAGES);
    if (write_whole(1, greeting, (size_t)(at - greeting)) != 0) stop("the output is closed");
    free(greeting);
}

// Ends the process when the input ends, or is not what the protocol allows.
static void serve(unsigned char *source, long cpu_millis) {
    unsigned char head[REQUEST_BYTES];
    struct request request;
    for (;;) {
        int got = read_whole(0, head, sizeof head);
        if (got == 0) _exit(0);
        if (got < 0 || request_read(head, LANGUAGES, &request) != 0) _exit(3);
        if (request.length > 0 && read_whole(0, source, request.length) != 1) _exit(3);
        struct answer answer;
        memset(&parse, 0, sizeof parse);
        parse.source = source;
        parse.length = request.length;
        int reason = sigsetjmp(given_up, 1);
        if (reason == 0) {
            set_timer(cpu_millis);
            answer = tree_parse(&grammars[request.language], &request, &parse);
            set_timer(0);
        } else {
            set_timer(0);
            uint32_t offset = parse.offset < parse.length ? parse.offset : parse.length;
            answer = (struct answer){(uint32_t)reason, 0, offset, 0};
        }
        answer_write(&answer, head);
        if (write_whole(1, head, ANSWER_BYTES) != 0) _exit(0);
        if (answer.nodes > 0 && write_whole(1, parse.nodes, (size_t)answer.nodes * NODE_BYTES) != 0) _exit(0);
        arena_reset(KEPT_BYTES);
    }
}

int main(int count, char **arguments) {
    if (count != 3) stop("usage: sandmill-parser MEMORY_MEBIBYTES CPU_MILLIS");
    long memory = number(arguments[1], MAX_MEMORY_MEBIBYTES);
    long cpu_millis = number(arguments[2], MAX_CPU_MILLIS);
    struct sigaction on_time = {.sa_handler = give_up_time};
    sigaction(SIGPROF, &on_time, NULL);
    signal(SIGPIPE, SIG_IGN);
    if (arena_open((size_t)memory * MEBIBYTE, give_up_memory) != 0) stop("no memory");
    unsigned char *source = malloc(MAX_SOURCE_BYTES);
    if (source == NULL || grammars_load() != 0) stop("no memory");
    // A larger pipe saves changes from one process to the other; where it is refused all goes on.
    (void)fcntl(0, F_SETPIPE_SZ, PIPE_BYTES);
    (void)fcntl(1, F_SETPIPE_SZ, PIPE_BYTES);
    greet();
    const char *left = confine(SPARE_BYTES);
    if (left != NULL) {
        fprintf(stderr, "sandmill-parser: could not give up %s\n", left);
        return 2;
    }
    serve(source, cpu_millis);
}
