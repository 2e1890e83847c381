package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.FileReading.Outcome;
import dev.sandmill.vectorizer.chunk.Chunk;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Brings the vectors of files' chunks into the cache and nothing into an index: what a worker without an index does.
final class CacheWarming {
    private final ChunkSource chunks;
    private final VectorSource vectors;

    CacheWarming(ChunkSource chunks, VectorSource vectors) {
        this.chunks = chunks;
        this.vectors = vectors;
    }

    /// @param wanted fingerprints, or starts of them; none for all
    EmbeddedBatch warm(String tenant, List<FileChange.Put> files, Set<String> wanted) throws InterruptedException {
        if (!vectors.isShared()) {
            throw new IllegalStateException("vectors cannot be shared now: the secret of the cache's keys is away");
        }
        List<BatchReport.Failure> failures = new ArrayList<>();
        List<ReadFile> readFiles = new ArrayList<>();
        Map<String, String> texts = new LinkedHashMap<>();
        Wanted asked = new Wanted(wanted);
        List<Outcome> outcomes = chunks.of(tenant, files);
        for (int at = 0; at < outcomes.size(); at++) {
            switch (outcomes.get(at)) {
                case Outcome.Failed(String reason) ->
                    failures.add(new BatchReport.Failure(files.get(at).path(), reason));
                case Outcome.Read(ReadFile file, var ended) -> {
                    readFiles.add(file);
                    for (Map.Entry<String, Chunk> chunk : file.chunks()) {
                        if (asked.has(chunk.getKey())) {
                            texts.putIfAbsent(chunk.getKey(), chunk.getValue().embeddingText());
                        }
                    }
                }
                case Outcome.Skipped notSource -> {}
                case Outcome.Source uncut -> throw new IllegalStateException(uncut.path() + " was read and not cut");
            }
        }
        long all = texts.size();
        texts.keySet().removeAll(vectors.cached(tenant, texts.keySet()).keySet());
        VectorSource.Fresh fresh = vectors.embed(tenant, texts, false);
        for (ReadFile file : readFiles) {
            String reason = file.firstFailure(fresh.failed());
            if (reason != null) {
                failures.add(new BatchReport.Failure(file.path(), reason));
            }
        }
        return new EmbeddedBatch(files.size(), all, fresh.vectors().size(), failures);
    }

    private static final class Wanted {
        private final Set<String> starts;
        private final Set<Integer> lengths = new HashSet<>();

        Wanted(Set<String> starts) {
            this.starts = starts;
            starts.forEach(start -> lengths.add(start.length()));
        }

        boolean has(String fingerprint) {
            return starts.isEmpty()
                    || lengths.stream()
                            .anyMatch(length -> length <= fingerprint.length()
                                    && starts.contains(fingerprint.substring(0, length)));
        }
    }
}
