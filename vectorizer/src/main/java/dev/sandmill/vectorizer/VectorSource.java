package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.cache.SecretSource;
import dev.sandmill.vectorizer.cache.VectorCache;
import dev.sandmill.vectorizer.cache.VectorCodec;
import dev.sandmill.vectorizer.cache.VectorKey;
import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Where vectors come from: the cache, or the model for what the cache does not know. Both ways give the same
/// numbers, because a fresh vector too goes through the cache's encoding. Thread-safe.
final class VectorSource {
    private static final VectorCodec CODEC = VectorCodec.INT8;

    private final Embedder embedder;
    private final VectorCache cache;
    private final SecretSource secrets;
    private final int batchSize;
    private final LongAdder damaged = new LongAdder();

    VectorSource(Embedder embedder, VectorCache cache, SecretSource secrets, int batchSize) {
        this.embedder = embedder;
        this.cache = cache;
        this.secrets = secrets;
        this.batchSize = batchSize;
    }

    /// Vectors for texts by fingerprint. A text that the model cannot take fails alone.
    Vectors of(String tenant, Map<String, String> textOfFingerprint) throws InterruptedException {
        Optional<VectorKey> key = secrets.secret().map(secret -> new VectorKey(secret, tenant, embedder.id()));
        Vectors vectors = new Vectors(new HashMap<>(), new HashMap<>(), new HashMap<>());
        List<String> group = new ArrayList<>(batchSize);
        for (String fingerprint : textOfFingerprint.keySet()) {
            group.add(fingerprint);
            if (group.size() == batchSize) {
                lookUp(group, textOfFingerprint, key, vectors);
                group.clear();
            }
        }
        if (!group.isEmpty()) {
            lookUp(group, textOfFingerprint, key, vectors);
        }
        return vectors;
    }

    /// Cached values that could not be read, since the start.
    long damaged() {
        return damaged.sum();
    }

    private void lookUp(List<String> group, Map<String, String> texts, Optional<VectorKey> key, Vectors vectors)
            throws InterruptedException {
        Map<String, String> keys = new HashMap<>();
        key.ifPresent(known -> group.forEach(fingerprint -> keys.put(fingerprint, known.of(fingerprint))));
        Map<String, byte[]> cached = keys.isEmpty() ? Map.of() : cache.getAll(keys.values());
        List<String> missing = new ArrayList<>();
        for (String fingerprint : group) {
            byte[] bytes = cached.get(keys.getOrDefault(fingerprint, ""));
            Optional<float[]> vector =
                    bytes == null ? Optional.empty() : VectorCodec.decode(bytes, embedder.dimension());
            if (vector.isPresent()) {
                vectors.cached().put(fingerprint, vector.get());
            } else {
                missing.add(fingerprint);
            }
            if (bytes != null && vector.isEmpty()) {
                damaged.increment();
            }
        }
        Map<String, byte[]> fresh = new HashMap<>();
        embed(missing, texts, vectors, fresh);
        if (!fresh.isEmpty() && !keys.isEmpty()) {
            Map<String, byte[]> byKey = new HashMap<>();
            fresh.forEach((fingerprint, bytes) -> byKey.put(keys.getOrDefault(fingerprint, ""), bytes));
            cache.putAll(byKey);
        }
    }

    /// Halves a group that fails until the text at fault is alone; a model that is away fails them all at once.
    private void embed(List<String> group, Map<String, String> texts, Vectors vectors, Map<String, byte[]> fresh)
            throws InterruptedException {
        if (group.isEmpty()) {
            return;
        }
        try {
            List<String> groupTexts = new ArrayList<>(group.size());
            group.forEach(fingerprint -> groupTexts.add(texts.getOrDefault(fingerprint, "")));
            float[][] embedded = embedder.embed(groupTexts);
            for (int at = 0; at < embedded.length; at++) {
                byte[] bytes = CODEC.encode(embedded[at]);
                float[] stored = VectorCodec.decode(bytes, embedder.dimension())
                        .orElseThrow(() -> new IllegalStateException("a vector just encoded cannot be read"));
                vectors.embedded().put(group.get(at), stored);
                fresh.put(group.get(at), bytes);
            }
        } catch (EmbeddingFailedException failed) {
            if (group.size() == 1 || failed.modelAway()) {
                group.forEach(fingerprint -> vectors.failed().put(fingerprint, String.valueOf(failed.getMessage())));
                return;
            }
            int middle = group.size() / 2;
            embed(group.subList(0, middle), texts, vectors, fresh);
            embed(group.subList(middle, group.size()), texts, vectors, fresh);
        }
    }

    /// By fingerprint.
    ///
    /// @param failed why there is no vector
    record Vectors(Map<String, float[]> cached, Map<String, float[]> embedded, Map<String, String> failed) {
        float[] of(String fingerprint) {
            float[] vector = cached.getOrDefault(fingerprint, embedded.get(fingerprint));
            if (vector == null) {
                throw new IllegalStateException("no vector was made for chunk " + fingerprint);
            }
            return vector;
        }
    }
}
