package dev.sandmill.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The most memory that the service had while this was open, looked up five times a second.
final class ServiceMemory implements AutoCloseable {
    private final Path status;
    private final Thread watcher;
    private volatile long peakAnonymous;
    private volatile long peakResident;

    private ServiceMemory(Path status) {
        this.status = status;
        this.watcher = Thread.ofVirtual().name("service-memory").unstarted(this::look);
    }

    static ServiceMemory watch(Target target) throws IOException {
        Path pid = target.keyFile().resolveSibling("sandmill.pid");
        ServiceMemory memory =
                new ServiceMemory(Path.of("/proc", Files.readString(pid).strip(), "status"));
        memory.watcher.start();
        return memory;
    }

    private void look() {
        try {
            while (true) {
                for (String line : Files.readAllLines(status)) {
                    if (line.startsWith("RssAnon:")) {
                        peakAnonymous = Math.max(peakAnonymous, bytes(line));
                    } else if (line.startsWith("VmRSS:")) {
                        peakResident = Math.max(peakResident, bytes(line));
                    }
                }
                Thread.sleep(200);
            }
        } catch (InterruptedException | IOException over) {
            // The benchmark or the service has ended: what was seen is what there is.
            Thread.currentThread().interrupt();
        }
    }

    private static long bytes(String line) {
        return Long.parseLong(line.replaceAll("\\D+", "")) * 1024;
    }

    /// Heap, native memory and stacks.
    long peakAnonymous() {
        return peakAnonymous;
    }

    /// The same and what is mapped of files: the index, which the system takes back when it needs memory.
    long peakResident() {
        return peakResident;
    }

    @Override
    public void close() {
        watcher.interrupt();
    }
}
