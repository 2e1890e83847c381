package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.VectorStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The way of a batch into the index: each file is read and cut; then, a window of files at a time, chunks that are
/// not known are embedded and the files' postings replaced.
final class IndexPipeline {
    private static final int LEAST_BATCHES_PER_WINDOW = 4;
    /// Vectors of so many are held at a time, however many calls the model takes.
    private static final int WINDOW_CHUNKS = 4_096;
    private static final long WINDOW_CHARACTERS = 4L << 20;

    private final FileReading reading;
    private final VectorSource vectorSource;
    private final VectorStore store;
    private final Supplier<EmbeddingBounds> bounds;

    IndexPipeline(FileReading reading, VectorSource vectorSource, VectorStore store, Supplier<EmbeddingBounds> bounds) {
        this.reading = reading;
        this.vectorSource = vectorSource;
        this.store = store;
        this.bounds = bounds;
    }

    BatchReport apply(Partition partition, List<FileChange> changes, Progress progress) throws InterruptedException {
        BatchCounts counts = new BatchCounts();
        HeldVectors held = new HeldVectors(store, partition);
        Collection<FileChange> lastOfEachPath = lastOfEachPath(changes);
        lastOfEachPath.stream()
                .filter(FileChange.Remove.class::isInstance)
                .forEach(removed -> held.fingerprints(removed.path()));
        List<ReadFile> window = new ArrayList<>();
        for (FileChange change : lastOfEachPath) {
            stopIfInterrupted();
            switch (change) {
                case FileChange.Remove removed -> {
                    remove(partition, removed.path(), held, counts);
                    counts.removedFile();
                }
                case FileChange.Put put -> {
                    switch (reading.read(put)) {
                        case FileReading.Outcome.Read read -> window.add(read.file());
                        case FileReading.Outcome.Skipped skipped -> {
                            remove(partition, put.path(), held, counts);
                            counts.skipped(put.path(), skipped.reason());
                        }
                        case FileReading.Outcome.Failed failed -> {
                            remove(partition, put.path(), held, counts);
                            counts.failed(put.path(), failed.reason());
                        }
                    }
                }
            }
            if (isFull(window)) {
                store(partition, window, held, counts);
                window.clear();
            }
            progress.onProgress(counts.files(), counts.chunks());
        }
        store(partition, window, held, counts);
        progress.onProgress(counts.files(), counts.chunks());
        return counts.report();
    }

    private static Collection<FileChange> lastOfEachPath(List<FileChange> changes) {
        Map<String, FileChange> last = new LinkedHashMap<>();
        changes.forEach(change -> last.put(change.path(), change));
        return last.values();
    }

    private static void stopIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted between two files of a batch");
        }
    }

    /// As many chunks as keep all calls busy that the model takes at a time.
    private boolean isFull(List<ReadFile> window) {
        EmbeddingBounds now = bounds.get();
        int wanted = now.batchSize() * Math.max(LEAST_BATCHES_PER_WINDOW, now.parallelism());
        return window.stream().mapToInt(file -> file.chunks().size()).sum() >= Math.min(wanted, WINDOW_CHUNKS)
                || window.stream().mapToLong(ReadFile::characters).sum() >= WINDOW_CHARACTERS;
    }

    private void remove(Partition partition, String path, HeldVectors held, BatchCounts counts) {
        int chunks = held.fingerprints(path).size();
        if (chunks > 0) {
            store.replaceFile(partition, path, List.of());
        }
        counts.removed(chunks);
    }

    private void store(Partition partition, List<ReadFile> window, HeldVectors held, BatchCounts counts)
            throws InterruptedException {
        Map<String, String> unknown = new LinkedHashMap<>();
        for (ReadFile file : window) {
            held.fingerprints(file.path());
        }
        for (ReadFile file : window) {
            for (Map.Entry<String, Chunk> chunk : file.chunks()) {
                if (!held.has(chunk.getKey())) {
                    unknown.computeIfAbsent(
                            chunk.getKey(), key -> chunk.getValue().embeddingText());
                }
            }
        }
        VectorSource.Vectors vectors = vectorSource.of(partition.tenant(), unknown);
        for (ReadFile file : window) {
            String reason = file.firstFailure(vectors.failed());
            if (reason == null) {
                List<String> before = held.fingerprints(file.path());
                store.replaceFile(partition, file.path(), file.entries(print -> held.orElse(print, vectors)));
                counts.stored(file, before, vectors.embedded().keySet());
            } else {
                remove(partition, file.path(), held, counts);
                counts.failed(file.path(), reason);
            }
        }
    }
}
