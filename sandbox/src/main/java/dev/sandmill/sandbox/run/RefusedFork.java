package dev.sandmill.sandbox.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/// Whether a program's last words are that it got no process or thread. Not believed alone: the kernel's own count of
/// refusals has to say so too.
final class RefusedFork {
    /// A stack trace and what goes before it.
    private static final int LAST_WORDS_BYTES = 4096;

    /// What C's library, shells, Python, Node, Java, Go and Ruby say.
    private static final List<String> WORDS = List.of(
            "Resource temporarily unavailable",
            "can't start new thread",
            "unable to create native thread",
            "failed to create new OS thread",
            "EAGAIN");

    private RefusedFork() {}

    static boolean isToldBy(byte[] stderr) {
        int from = Math.max(0, stderr.length - LAST_WORDS_BYTES);
        String last = new String(stderr, from, stderr.length - from, UTF_8);
        return WORDS.stream().anyMatch(last::contains);
    }
}
