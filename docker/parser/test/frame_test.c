#include "../src/frame.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int failures;

static void check(int holds, const char *rule) {
    if (!holds) {
        failures++;
        printf("FAILED: %s\n", rule);
    }
}

static void a_request_is_read_as_it_was_written(void) {
    unsigned char bytes[REQUEST_BYTES] = {3, 0, 0, 0, 0x34, 0x12, 0, 0, 8, 7, 6, 5, 4, 3, 2, 1, 0xdc, 5};
    struct request request;
    check(request_read(bytes, 4, &request) == 0, "a request is read");
    check(request.language == 3 && request.length == 0x1234, "language and length");
    check(request.steps == 0x0102030405060708 && request.depth == 1500, "steps and depth");
}

static void what_the_protocol_does_not_have_is_refused(void) {
    unsigned char bytes[REQUEST_BYTES] = {4};
    struct request request;
    check(request_read(bytes, 4, &request) == -1, "a language that there is not");
    bytes[0] = 0;
    put_32(bytes + 4, MAX_SOURCE_BYTES);
    check(request_read(bytes, 4, &request) == 0, "the longest source");
    put_32(bytes + 4, MAX_SOURCE_BYTES + 1);
    check(request_read(bytes, 4, &request) == -1, "a longer source");
    put_32(bytes + 4, 0xffffffff);
    check(request_read(bytes, 4, &request) == -1, "the longest number");
}

static void numbers_are_little_endian(void) {
    unsigned char bytes[NODE_BYTES];
    static const unsigned char NODE[NODE_BYTES] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    node_write(0x04030201, 0x08070605, 0x0a09, 0x0c0b, 0x100f0e0d, bytes);
    check(memcmp(bytes, NODE, sizeof NODE) == 0, "a node");
    struct answer answer = {0x04030201, 0x08070605, 0x0c0b0a09, 0x100f0e0d};
    answer_write(&answer, bytes);
    check(memcmp(bytes, NODE, sizeof NODE) == 0, "an answer");
}

static void an_end_is_told_from_a_part(void) {
    int ends[2];
    char bytes[4];
    check(pipe(ends) == 0, "a pipe");
    check(write_whole(ends[1], "abcdef", 6) == 0, "everything is written");
    check(read_whole(ends[0], bytes, 4) == 1 && memcmp(bytes, "abcd", 4) == 0, "everything is read");
    close(ends[1]);
    check(read_whole(ends[0], bytes, 4) == -1, "an end in the middle is a fault");
    check(read_whole(ends[0], bytes, 4) == 0, "an end before the first byte is an end");
    close(ends[0]);
    check(read_whole(ends[0], bytes, 4) == -1, "a closed file is a fault");
    check(write_whole(ends[0], bytes, 4) == -1, "also to write");
}

int main(void) {
    a_request_is_read_as_it_was_written();
    what_the_protocol_does_not_have_is_refused();
    numbers_are_little_endian();
    an_end_is_told_from_a_part();
    printf("frame: %d failures\n", failures);
    return failures != 0;
}
