package dev.sandmill.sandbox.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/// What this process holds at one moment.
record Baseline(long heapBytes, long descriptors, int threads) {
    private static final long HEAP_SLACK_BYTES = 64L << 20;
    private static final int DESCRIPTOR_SLACK = 40;
    private static final int THREAD_SLACK = 24;

    static Baseline now() {
        System.gc();
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return new Baseline(
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                    open.count(),
                    ManagementFactory.getThreadMXBean().getThreadCount());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Waits for what ends in the background.
    void requireNotMore() {
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    Baseline now = now();
                    System.out.println("before " + this + ", after " + now);
                    assertThat(now.heapBytes).isLessThan(heapBytes + HEAP_SLACK_BYTES);
                    assertThat(now.descriptors).isLessThan(descriptors + DESCRIPTOR_SLACK);
                    assertThat(now.threads).isLessThan(threads + THREAD_SLACK);
                });
    }
}
