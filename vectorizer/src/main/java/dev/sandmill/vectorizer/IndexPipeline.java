package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.FileReading.Outcome;
import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.VectorStore;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// The way of a batch into the index: its files are read and cut, several at a time; then, a window of files at a time,
/// chunks that are not known get a vector and the files' rows are replaced.
final class IndexPipeline {
    /// Of each place at the model, before all wait for the slowest.
    private static final int CALLS_PER_WINDOW = 4;
    /// Vectors of so many are held at a time, however many calls the model takes.
    private static final int WINDOW_CHUNKS = 4_096;
    private static final long WINDOW_CHARACTERS = 4L << 20;

    private final ChunkSource chunks;
    private final VectorChoice vectorChoice;
    private final VectorStore store;
    private final ParallelWork work;
    private final Supplier<EmbeddingBounds> bounds;

    IndexPipeline(
            ChunkSource chunks,
            VectorChoice vectorChoice,
            VectorStore store,
            ParallelWork work,
            Supplier<EmbeddingBounds> bounds) {
        this.chunks = chunks;
        this.vectorChoice = vectorChoice;
        this.store = store;
        this.work = work;
        this.bounds = bounds;
    }

    BatchReport apply(Partition partition, List<FileChange> changes, EmbeddingBudget budget, Progress progress)
            throws InterruptedException {
        BatchCounts counts = new BatchCounts();
        HeldVectors held = new HeldVectors(store, partition);
        Collection<FileChange> lastOfEachPath = lastOfEachPath(changes);
        List<FileChange.Put> puts = new ArrayList<>();
        for (FileChange change : lastOfEachPath) {
            stopIfInterrupted();
            switch (change) {
                case FileChange.Remove removed -> {
                    remove(partition, removed.path(), held, counts);
                    counts.removedFile();
                }
                case FileChange.Put put -> puts.add(put);
            }
        }
        List<ReadFile> window = new ArrayList<>();
        long cutting = System.nanoTime();
        List<Outcome> outcomes = chunks.of(partition.tenant(), puts);
        progress.onStep(Progress.Step.CHUNK, cutting, System.nanoTime());
        for (int at = 0; at < outcomes.size(); at++) {
            stopIfInterrupted();
            String path = puts.get(at).path();
            switch (outcomes.get(at)) {
                case Outcome.Read(ReadFile file, var endedParser) -> {
                    window.add(file);
                    if (endedParser != null) {
                        counts.cutByLines(path, endedParser);
                    }
                }
                case Outcome.Source uncut -> throw new IllegalStateException(path + " was read and not cut");
                case Outcome.Skipped skipped -> {
                    remove(partition, path, held, counts);
                    counts.skipped(path, skipped.reason());
                }
                case Outcome.Failed failed -> {
                    remove(partition, path, held, counts);
                    counts.failed(path, failed.reason());
                }
            }
            if (isFull(window)) {
                store(partition, window, held, budget, counts, progress);
                window.clear();
            }
            progress.onProgress(counts.files(), counts.chunks());
        }
        store(partition, window, held, budget, counts, progress);
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

    private boolean isFull(List<ReadFile> window) {
        EmbeddingBounds now = bounds.get();
        int wanted = now.batchSize() * CALLS_PER_WINDOW * now.parallelism();
        return window.stream().mapToInt(file -> file.chunks().size()).sum() >= Math.min(wanted, WINDOW_CHUNKS)
                || window.stream().mapToLong(ReadFile::characters).sum() >= WINDOW_CHARACTERS;
    }

    private void remove(Partition partition, String path, HeldVectors held, BatchCounts counts) {
        int chunksOfFile = held.fingerprints(path).size();
        if (chunksOfFile > 0) {
            store.replaceFile(partition, path, List.of());
        }
        counts.removed(chunksOfFile);
    }

    private void store(
            Partition partition,
            List<ReadFile> window,
            HeldVectors held,
            EmbeddingBudget budget,
            BatchCounts counts,
            Progress progress)
            throws InterruptedException {
        Map<String, Chunk> chunksOfWindow = new LinkedHashMap<>();
        for (ReadFile file : window) {
            held.fingerprints(file.path());
            for (Map.Entry<String, Chunk> chunk : file.chunks()) {
                chunksOfWindow.putIfAbsent(chunk.getKey(), chunk.getValue());
            }
        }
        long embedding = System.nanoTime();
        WindowVectors vectors = vectorChoice.of(partition, chunksOfWindow, held, budget);
        long storing = System.nanoTime();
        progress.onStep(Progress.Step.EMBED, embedding, storing);
        List<ReadFile> whole = new ArrayList<>();
        for (ReadFile file : window) {
            String reason = file.firstFailure(vectors.failed());
            if (reason == null) {
                whole.add(file);
            } else {
                remove(partition, file.path(), held, counts);
                counts.failed(file.path(), reason);
            }
        }
        work.each(whole, file -> store.replaceFile(partition, file.path(), file.entries(vectors::of)));
        whole.forEach(file -> counts.stored(file, held.fingerprints(file.path()), vectors));
        progress.onStep(Progress.Step.STORE, storing, System.nanoTime());
    }
}
