package dev.sandmill.sandbox.syntax;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// How much memory this process holds, native memory included, as Linux tells it; elsewhere nothing is known.
final class ResidentMemory {
    /// Between two looks, which cost some microseconds each.
    static final Duration PAUSE = Duration.ofMillis(20);

    private static final Path STATM = Path.of("/proc/self/statm");
    private static final long PAGE_BYTES = 4_096;

    private ResidentMemory() {}

    static long bytes() {
        try {
            String[] pages = Files.readString(STATM, StandardCharsets.US_ASCII).split(" ", 3);
            return Long.parseLong(pages[1]) * PAGE_BYTES;
        } catch (IOException | NumberFormatException _) {
            return 0;
        }
    }
}
