package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Posting;
import dev.sandmill.vectorizer.store.VectorStore;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Puts exact vectors in the place of sketches. What is stored with a row is all that this takes: no file is read.
final class Refinement {
    private final VectorSource vectors;
    private final VectorStore store;

    Refinement(VectorSource vectors, VectorStore store) {
        this.vectors = vectors;
        this.store = store;
    }

    RefineReport refine(Partition partition, List<String> paths) throws InterruptedException {
        Map<String, List<Entry>> rowsOfPath = new LinkedHashMap<>();
        Map<String, Posting> wanted = new LinkedHashMap<>();
        for (String path : paths) {
            List<Entry> rows = store.rows(partition, path);
            List<Entry> sketches = rows.stream().filter(Refinement::isSketch).toList();
            if (!sketches.isEmpty()) {
                rowsOfPath.put(path, rows);
                sketches.forEach(row -> wanted.put(row.posting().fingerprint(), row.posting()));
            }
        }
        Map<String, float[]> exact = vectors.cached(partition.tenant(), wanted.keySet());
        Map<String, String> lost = new LinkedHashMap<>();
        wanted.forEach((fingerprint, posting) -> {
            if (!exact.containsKey(fingerprint)) {
                lost.put(fingerprint, Chunk.embeddingText(posting.header(), posting.text()));
            }
        });
        VectorSource.Fresh again = vectors.embed(partition.tenant(), lost, false);
        exact.putAll(again.vectors());
        return replace(partition, rowsOfPath, exact, again);
    }

    private RefineReport replace(
            Partition partition,
            Map<String, List<Entry>> rowsOfPath,
            Map<String, float[]> exact,
            VectorSource.Fresh again) {
        long files = 0;
        long chunks = 0;
        List<BatchReport.Failure> failures = new ArrayList<>();
        for (Map.Entry<String, List<Entry>> file : rowsOfPath.entrySet()) {
            List<Entry> rows = new ArrayList<>(file.getValue().size());
            String failure = null;
            for (Entry row : file.getValue()) {
                float[] vector = isSketch(row) ? exact.get(row.posting().fingerprint()) : null;
                rows.add(vector == null ? row : new Entry(row.posting(), vector, Fidelity.EXACT));
                chunks += vector == null ? 0 : 1;
                if (failure == null) {
                    failure = again.failed().get(row.posting().fingerprint());
                }
            }
            store.replaceFile(partition, file.getKey(), rows);
            if (failure == null) {
                files++;
            } else {
                failures.add(new BatchReport.Failure(file.getKey(), failure));
            }
        }
        return new RefineReport(files, chunks, again.vectors().size(), failures);
    }

    private static boolean isSketch(Entry row) {
        return row.fidelity() == Fidelity.SKETCH;
    }
}
