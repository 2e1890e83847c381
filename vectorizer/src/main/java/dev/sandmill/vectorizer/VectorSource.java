package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.cache.SecretSource;
import dev.sandmill.vectorizer.cache.VectorCache;
import dev.sandmill.vectorizer.cache.VectorCodec;
import dev.sandmill.vectorizer.cache.VectorKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Where vectors come from: the cache, or the model for what the cache does not know. Both ways give the same
/// numbers, because a fresh vector too goes through the cache's encoding. Thread-safe.
final class VectorSource {
    private static final VectorCodec CODEC = VectorCodec.INT8;

    private final EmbeddingCalls calls;
    private final VectorCache cache;
    private final SecretSource secrets;
    private final LongAdder damaged = new LongAdder();

    VectorSource(EmbeddingCalls calls, VectorCache cache, SecretSource secrets) {
        this.calls = calls;
        this.cache = cache;
        this.secrets = secrets;
    }

    /// Vectors for texts by fingerprint. A text that the model cannot take fails alone.
    Vectors of(String tenant, Map<String, String> textOfFingerprint) throws InterruptedException {
        Optional<VectorKey> key = secrets.secret()
                .map(secret -> new VectorKey(secret, tenant, calls.embedder().id()));
        Vectors vectors = new Vectors(new HashMap<>(), new HashMap<>(), new HashMap<>());
        Map<String, String> keys = new LinkedHashMap<>();
        key.ifPresent(known -> textOfFingerprint.keySet().forEach(print -> keys.put(print, known.of(print))));
        for (List<String> group : groups(keys.keySet())) {
            lookUp(group, keys, vectors);
        }
        Map<String, String> missing = new LinkedHashMap<>(textOfFingerprint);
        missing.keySet().removeAll(vectors.cached().keySet());
        EmbeddingCalls.Answers answers = missing.isEmpty() ? new EmbeddingCalls.Answers() : calls.embed(missing);
        vectors.failed().putAll(answers.failed());
        Map<String, byte[]> fresh = encoded(answers.vectors(), vectors);
        if (!keys.isEmpty()) {
            for (List<String> group : groups(fresh.keySet())) {
                Map<String, byte[]> byKey = new HashMap<>();
                group.forEach(print -> byKey.put(keys.getOrDefault(print, ""), fresh.getOrDefault(print, new byte[0])));
                cache.putAll(byKey);
            }
        }
        return vectors;
    }

    /// Cached values that could not be read, since the start.
    long damaged() {
        return damaged.sum();
    }

    /// No larger than one call, which is no larger than one round trip should be.
    private List<List<String>> groups(Iterable<String> fingerprints) {
        int size = calls.bounds().batchSize();
        List<List<String>> groups = new ArrayList<>();
        List<String> group = List.of();
        for (String fingerprint : fingerprints) {
            if (groups.isEmpty() || group.size() == size) {
                group = new ArrayList<>(size);
                groups.add(group);
            }
            group.add(fingerprint);
        }
        return groups;
    }

    private void lookUp(List<String> group, Map<String, String> keys, Vectors vectors) {
        Map<String, byte[]> cached = cache.getAll(
                group.stream().map(print -> keys.getOrDefault(print, "")).toList());
        for (String fingerprint : group) {
            byte[] bytes = cached.get(keys.getOrDefault(fingerprint, ""));
            if (bytes == null) {
                continue;
            }
            Optional<float[]> vector =
                    VectorCodec.decode(bytes, calls.embedder().dimension());
            if (vector.isPresent()) {
                vectors.cached().put(fingerprint, vector.get());
            } else {
                damaged.increment();
            }
        }
    }

    private Map<String, byte[]> encoded(Map<String, float[]> answers, Vectors vectors) {
        Map<String, byte[]> fresh = new LinkedHashMap<>();
        answers.forEach((fingerprint, vector) -> {
            byte[] bytes = CODEC.encode(vector);
            float[] stored = VectorCodec.decode(bytes, calls.embedder().dimension())
                    .orElseThrow(() -> new IllegalStateException("a vector just encoded cannot be read"));
            vectors.embedded().put(fingerprint, stored);
            fresh.put(fingerprint, bytes);
        });
        return fresh;
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
