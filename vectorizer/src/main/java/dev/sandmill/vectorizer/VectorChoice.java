package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.WindowVectors.RowVector;
import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.embed.table.RepositoryTables;
import dev.sandmill.vectorizer.embed.table.StaticEmbedder;
import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.words.Summary;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Decides for each chunk of a window where its vector comes from: the index, the cache, the model, or the token table
/// where the model would take too long now. Thread-safe.
///
/// @param exact the model's vectors; empty where the table is all there is
/// @param tables for sketches; empty for a model that has none in its space
record VectorChoice(Optional<VectorSource> exact, Optional<RepositoryTables> tables, ParallelWork work) {
    private static final int SKETCHES_AT_ONCE = 32;

    /// @param chunks of the window by fingerprint
    WindowVectors of(Partition partition, Map<String, Chunk> chunks, HeldVectors held, EmbeddingBudget budget)
            throws InterruptedException {
        String tenant = partition.tenant();
        WindowVectors vectors = new WindowVectors();
        for (String fingerprint : chunks.keySet()) {
            RowVector known = held.of(fingerprint);
            if (known != null && (known.fidelity() == Fidelity.EXACT || exact.isEmpty())) {
                vectors.known(fingerprint, known);
            }
        }
        exact.ifPresent(source -> source.cached(tenant, missing(chunks, vectors))
                .forEach((fingerprint, vector) -> vectors.known(fingerprint, RowVector.exact(vector))));
        if (tables.isPresent()) {
            keepSketches(missing(chunks, vectors), held, vectors);
        }
        List<String> unknown = missing(chunks, vectors);
        if (exact.isPresent() && (tables.isEmpty() || budget.covers(unknown.size()))) {
            embed(exact.get(), tenant, unknown, chunks, vectors);
        } else {
            sketch(partition, unknown, chunks, vectors);
        }
        return vectors;
    }

    /// What is to be refined anyway need not be embedded now.
    private static void keepSketches(List<String> fingerprints, HeldVectors held, WindowVectors vectors) {
        for (String fingerprint : fingerprints) {
            RowVector sketch = held.of(fingerprint);
            if (sketch != null) {
                vectors.known(fingerprint, sketch);
            }
        }
    }

    private static List<String> missing(Map<String, Chunk> chunks, WindowVectors vectors) {
        return chunks.keySet().stream()
                .filter(fingerprint -> !vectors.has(fingerprint))
                .toList();
    }

    private static void embed(
            VectorSource source, String tenant, List<String> unknown, Map<String, Chunk> chunks, WindowVectors vectors)
            throws InterruptedException {
        Map<String, String> toEmbed = new LinkedHashMap<>();
        unknown.forEach(fingerprint ->
                toEmbed.put(fingerprint, chunk(chunks, fingerprint).embeddingText()));
        VectorSource.Fresh fresh = source.embed(tenant, toEmbed, true);
        fresh.vectors().forEach((fingerprint, vector) -> vectors.made(fingerprint, RowVector.exact(vector)));
        vectors.failed(fresh.failed());
    }

    private void sketch(Partition partition, List<String> toSketch, Map<String, Chunk> chunks, WindowVectors vectors)
            throws InterruptedException {
        StaticEmbedder sketcher = tables.orElseThrow(() -> new IllegalStateException("there is no model at all"))
                .of(partition.tenant(), partition.repository());
        String table = sketcher.id().fingerprint();
        List<List<String>> parts = new ArrayList<>();
        for (int from = 0; from < toSketch.size(); from += SKETCHES_AT_ONCE) {
            parts.add(toSketch.subList(from, Math.min(toSketch.size(), from + SKETCHES_AT_ONCE)));
        }
        List<List<float[]>> sketches = work.map(
                parts,
                part -> part.stream()
                        .map(fingerprint -> sketchOf(sketcher, chunk(chunks, fingerprint)))
                        .toList());
        for (int part = 0; part < parts.size(); part++) {
            for (int at = 0; at < parts.get(part).size(); at++) {
                vectors.made(
                        parts.get(part).get(at),
                        new RowVector(sketches.get(part).get(at), Fidelity.SKETCH, table));
            }
        }
    }

    private static float[] sketchOf(StaticEmbedder sketcher, Chunk chunk) {
        return sketcher.vectorOf(chunk.embeddingText(), Summary.of(chunk.symbol(), chunk.text()));
    }

    private static Chunk chunk(Map<String, Chunk> chunks, String fingerprint) {
        Chunk chunk = chunks.get(fingerprint);
        if (chunk == null) {
            throw new IllegalStateException("chunk " + fingerprint + " is not in the window");
        }
        return chunk;
    }
}
