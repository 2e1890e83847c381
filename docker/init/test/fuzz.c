/*
 * What init does with bytes from the host, as a libFuzzer target: frames, and the payloads of HELLO, RUN, FILE and
 * COLLECT, read by init's own readers, with files really made and collected in a workspace that has traps in it.
 * `fuzz_driver.c` feeds it without libFuzzer; with clang: -fsanitize=fuzzer test/fuzz.c and the sources that the
 * Makefile names.
 */
#define _GNU_SOURCE
#include "../src/channel.h"
#include "../src/collect.h"
#include "../src/program.h"
#include "../src/stage.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Outside of the workspace; nothing that a frame says may change it. */
#define OUTSIDE "outside"
#define SENTINEL OUTSIDE "/sentinel"
enum { RUNS_PER_WORKSPACE = 64, HANG_SECONDS = 20, NAME_MAX_BYTES = 16 * 1024 };

static uid_t uid;
static char base[64] = "/tmp/sandmill-fuzz.XXXXXX";

static void require(bool fine, const char *rule) {
    if (!fine) {
        fprintf(stderr, "BROKEN RULE: %s\n", rule);
        abort();
    }
}

/* The host's side of the channel: what `collect` says has to be what PROTOCOL.md promises. */
static struct {
    bool listening, in_file, over;
    uint16_t path_length;
    char path[NAME_MAX_BYTES];
    uint64_t announced, data_left, bytes, files_max, file_max, bytes_max;
} host;

/* Every third file becomes shorter between its announcement and its content. */
static void cut_off(uint64_t size) {
    static unsigned files;
    char path[sizeof WORKSPACE "/" + sizeof host.path];
    snprintf(path, sizeof path, WORKSPACE "/%s", host.path);
    require(++files % 3 != 0 || truncate(path, (off_t)size / 2) == 0, "a file that is collected is in the workspace");
}

void channel_send(uint8_t type, const void *payload, uint32_t length) {
    struct cursor cursor = {payload, (const uint8_t *)payload + length, false};
    require(host.listening && !host.over, "nothing is said unasked or after COLLECTED");
    require(length <= FRAME_PAYLOAD_MAX_BYTES, "no payload is larger than a frame");
    if (type == FRAME_ARTIFACT_DATA) {
        require(host.in_file && length > 0 && length <= host.data_left, "no more data than announced");
        host.data_left -= length;
        return;
    }
    if (type == FRAME_COLLECTED) {
        require(host.data_left == 0, "a file's content is whole, or said not to be");
        require(length == 1, "COLLECTED has one byte");
        host.over = true;
        return;
    }
    require(type == FRAME_ARTIFACT, "an artifact, its data or COLLECTED");
    uint64_t size = take_u64(&cursor);
    uint16_t path_length = take_u16(&cursor);
    const uint8_t *path = take_bytes(&cursor, path_length);
    require(!cursor.failed && path != NULL && path_length < sizeof host.path, "an artifact has a size and a path");
    if (host.data_left > 0) {
        bool same = path_length == host.path_length && memcmp(path, host.path, path_length) == 0;
        require(same && cursor.at < cursor.end, "what is not whole is said to be by its own name");
        host.data_left = 0;
        host.in_file = false;
        return;
    }
    memcpy(host.path, path, path_length);
    host.path[host.path_length = path_length] = '\0';
    require(++host.announced <= host.files_max, "no more files than asked for");
    host.in_file = cursor.at == cursor.end;
    if (host.in_file) {
        require(size <= host.file_max && size <= host.bytes_max - host.bytes, "no more bytes than asked for");
        host.bytes += size;
        host.data_left = size;
        cut_off(size);
    }
}

void channel_send_text(uint8_t type, const char *text) { channel_send(type, text, (uint32_t)strlen(text)); }
void channel_drain(void) {}
_Noreturn void die(const char *why) {
    fprintf(stderr, "died: %s", why);
    abort();
}

static void check_strings(const struct strings *strings) {
    size_t bytes = 0;
    require(strings->count <= STRINGS_MAX && strings->list[strings->count] == NULL, "a list ends with NULL");
    for (uint32_t i = 0; i < strings->count; i++) {
        require(strings->list[i] == strings->text + bytes, "strings follow each other");
        bytes += strlen(strings->list[i]) + 1;
    }
    require(bytes == strings->bytes && bytes <= STRINGS_MAX_BYTES, "strings fill the bytes that are counted");
}

static void read_hello(const struct frame *frame) {
    static struct strings argv, env, server;
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    take_u16(&cursor);
    take_bytes(&cursor, NONCE_BYTES);
    take_u32(&cursor);
    take_u8(&cursor);
    if (strings_read(&argv, &cursor) && strings_read(&env, &cursor) && strings_read(&server, &cursor) &&
        cursor.at == cursor.end) {
        check_strings(&argv);
        check_strings(&env);
        check_strings(&server);
    }
}

static void read_run(const struct frame *frame) {
    static struct run_spec spec;
    const char *why = NULL;
    if (!run_spec_read(&spec, frame, &why)) {
        require(why != NULL, "a refusal has a reason");
        return;
    }
    check_strings(&spec.argv);
    check_strings(&spec.env);
    require(spec.argv.count > 0 && spec.wall_micros > 0 && spec.cpu_micros > 0 && spec.output_bytes > 0,
            "what is accepted has a command and limits");
}

static void read_collect(const struct frame *frame) {
    static struct strings globs;
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    memset(&host, 0, sizeof host);
    host.listening = true;
    host.files_max = take_u32(&cursor);
    host.file_max = take_u64(&cursor);
    host.bytes_max = take_u64(&cursor);
    bool answered = collect(uid, frame, &globs);
    require(answered == host.over, "COLLECTED is the last word");
    host.listening = false;
}

static void read_fetch(const struct frame *frame) {
    struct cursor cursor = {frame->payload, frame->payload + frame->length, false};
    memset(&host, 0, sizeof host);
    host.listening = true;
    host.files_max = 1;
    host.file_max = host.bytes_max = take_u64(&cursor);
    bool answered = fetch(uid, frame);
    require(answered == host.over, "COLLECTED is the last word");
    host.listening = false;
}

static void read_call(const struct frame *frame) {
    static struct run_spec spec;
    const char *why = NULL;
    bool accepted = run_spec_call(&spec, frame, &why);
    require(accepted ? spec.wall_micros > 0 && spec.cpu_micros > 0 && spec.output_bytes > 0 : why != NULL,
            "a call has limits, a refusal a reason");
}

static int remove_one(const char *path, const struct stat *found, int kind, struct FTW *at) {
    (void)found, (void)kind, (void)at;
    return remove(path);
}

static void make_file(const char *path, const char *content) {
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
    require(fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content), "a file is made");
    close(fd);
}

/* What a run before may have left: links out of the workspace, a FIFO, a name twice, folders and ordinary files. */
static void make_workspace(void) {
    static bool there;
    if (there) {
        nftw(WORKSPACE, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
    there = true;
    require(stage_workspace(uid) == 0 && act_as(uid), "a workspace");
    int ignored = symlink("../../" OUTSIDE, WORKSPACE "/link") | symlink("../../" SENTINEL, WORKSPACE "/file-link") |
                  mkfifo(WORKSPACE "/fifo", 0666) | mkdir(WORKSPACE "/a", 0755) | mkdir(WORKSPACE "/out", 0755);
    make_file(WORKSPACE "/main.py", "print(1)\n");
    make_file(WORKSPACE "/a/b.c", "");
    make_file(WORKSPACE "/out/x.csv", "1,2\n");
    ignored |= link(WORKSPACE "/main.py", WORKSPACE "/out/twice.csv");
    require(ignored == 0 && act_as(getuid()), "traps");
}

static int names_in(const char *folder) {
    DIR *listing = opendir(folder);
    int names = -2; /* without . and .. */
    while (readdir(listing) != NULL) {
        names++;
    }
    closedir(listing);
    return names;
}

static void check_outside(void) {
    struct stat sentinel;
    require(names_in(OUTSIDE) == 1 && names_in(WORK_MOUNT) == 1 && lstat(SENTINEL, &sentinel) == 0 && sentinel.st_size == 4, "nothing changes outside");
}

static void leave(void) {
    if (chdir("/") == 0) {
        nftw(base, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    }
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    umask(022);
    alarm(HANG_SECONDS);
    uid = geteuid() == 0 ? 100000 : geteuid();
    require(mkdtemp(base) != NULL && chmod(base, 0755) == 0 && chdir(base) == 0, "a folder");
    require(mkdir(WORK_MOUNT, 0755) == 0 && chmod(WORK_MOUNT, 01777) == 0, "a mount");
    /* Open to everybody: what keeps a frame from writing here has to be init and not the folder's mode. */
    require(mkdir(OUTSIDE, 0755) == 0 && chmod(OUTSIDE, 0777) == 0, "a folder outside");
    make_file(SENTINEL, "here");
    require(chmod(SENTINEL, 0666) == 0, "a file outside");
    atexit(leave);
    make_workspace();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static unsigned runs;
    alarm(HANG_SECONDS);
    if (++runs % RUNS_PER_WORKSPACE == 0) {
        make_workspace();
    }
    /* Of exactly this size, so that reading one byte too far is seen. */
    uint8_t *bytes = malloc(size + (size == 0));
    memcpy(bytes, data, size);
    size_t at = 0;
    struct frame frame;
    long used;
    while ((used = frame_decode(bytes + at, size - at, &frame)) > 0) {
        require((size_t)used <= size - at && frame.length == (size_t)used - FRAME_HEADER_BYTES, "no more than there is");
        /* The payload alone, so that its readers cannot wander into the next frame unseen. */
        uint8_t *payload = malloc(frame.length + (frame.length == 0));
        memcpy(payload, frame.payload, frame.length);
        frame.payload = payload;
        if (frame.type == FRAME_HELLO) {
            read_hello(&frame);
        } else if (frame.type == FRAME_RUN) {
            read_run(&frame);
        } else if (frame.type == FRAME_FILE) {
            stage_file(uid, &frame, runs % 2 == 0);
        } else if (frame.type == FRAME_COLLECT) {
            read_collect(&frame);
        } else if (frame.type == FRAME_FETCH) {
            read_fetch(&frame);
        } else if (frame.type == FRAME_CALL) {
            read_call(&frame);
        }
        free(payload);
        at += (size_t)used;
    }
    free(bytes);
    check_outside();
    return 0;
}
