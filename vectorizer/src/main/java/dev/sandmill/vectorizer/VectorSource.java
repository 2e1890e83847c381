package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.cache.SecretSource;
import dev.sandmill.vectorizer.cache.VectorCache;
import dev.sandmill.vectorizer.cache.VectorCodec;
import dev.sandmill.vectorizer.cache.VectorKey;
import java.util.ArrayList;
import java.util.Collection;
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
    private static final int LOOKED_UP_AT_ONCE = 512;
    private static final int LEAST_CALLS = 4;

    private final EmbeddingCalls calls;
    private final VectorCache cache;
    private final SecretSource secrets;
    private final LongAdder damaged = new LongAdder();

    VectorSource(EmbeddingCalls calls, VectorCache cache, SecretSource secrets) {
        this.calls = calls;
        this.cache = cache;
        this.secrets = secrets;
    }

    /// What the cache has of these fingerprints.
    Map<String, float[]> cached(String tenant, Collection<String> fingerprints) {
        Optional<VectorKey> key = key(tenant);
        Map<String, float[]> vectors = new HashMap<>();
        if (key.isEmpty()) {
            return vectors;
        }
        for (List<String> group : groups(fingerprints, LOOKED_UP_AT_ONCE)) {
            Map<String, String> keys = new HashMap<>();
            group.forEach(fingerprint -> keys.put(fingerprint, key.get().of(fingerprint)));
            Map<String, byte[]> found = cache.getAll(keys.values());
            keys.forEach((fingerprint, itsKey) -> {
                byte[] bytes = found.get(itsKey);
                if (bytes != null) {
                    VectorCodec.decode(bytes, dimension())
                            .ifPresentOrElse(vector -> vectors.put(fingerprint, vector), damaged::increment);
                }
            });
        }
        return vectors;
    }

    /// Embeds texts by fingerprint, some calls at a time, whose vectors are cached as soon as they are there. A text
    /// that the model cannot take fails alone.
    ///
    /// @param ahead of what is embedded in the background
    Fresh embed(String tenant, Map<String, String> texts, boolean ahead) throws InterruptedException {
        Optional<VectorKey> key = key(tenant);
        Fresh fresh = new Fresh(new HashMap<>(), new HashMap<>());
        EmbeddingBounds now = calls.bounds();
        for (List<String> group : groups(texts.keySet(), now.batchSize() * Math.max(LEAST_CALLS, now.parallelism()))) {
            Map<String, String> textsOfGroup = new LinkedHashMap<>();
            group.forEach(fingerprint -> textsOfGroup.put(fingerprint, texts.getOrDefault(fingerprint, "")));
            EmbeddingCalls.Answers answers = calls.embed(textsOfGroup, ahead);
            fresh.failed().putAll(answers.failed());
            Map<String, byte[]> encoded = encoded(answers.vectors(), fresh);
            key.ifPresent(known -> store(known, encoded));
        }
        return fresh;
    }

    private Map<String, byte[]> encoded(Map<String, float[]> answers, Fresh fresh) {
        Map<String, byte[]> encoded = new HashMap<>();
        answers.forEach((fingerprint, vector) -> {
            byte[] bytes = CODEC.encode(vector);
            float[] stored = VectorCodec.decode(bytes, dimension())
                    .orElseThrow(() -> new IllegalStateException("a vector just encoded cannot be read"));
            fresh.vectors().put(fingerprint, stored);
            encoded.put(fingerprint, bytes);
        });
        return encoded;
    }

    private int dimension() {
        return calls.embedder().dimension();
    }

    /// Whether what is embedded is found again by others.
    boolean isShared() {
        return secrets.secret().isPresent();
    }

    private Optional<VectorKey> key(String tenant) {
        return secrets.secret()
                .map(secret -> new VectorKey(secret, tenant, calls.embedder().id()));
    }

    private void store(VectorKey key, Map<String, byte[]> encoded) {
        for (List<String> group : groups(encoded.keySet(), LOOKED_UP_AT_ONCE)) {
            Map<String, byte[]> byKey = new HashMap<>();
            group.forEach(print -> byKey.put(key.of(print), encoded.getOrDefault(print, new byte[0])));
            cache.putAll(byKey);
        }
    }

    private static List<List<String>> groups(Collection<String> all, int size) {
        List<String> inOrder = List.copyOf(all);
        List<List<String>> groups = new ArrayList<>();
        for (int from = 0; from < inOrder.size(); from += size) {
            groups.add(inOrder.subList(from, Math.min(inOrder.size(), from + size)));
        }
        return groups;
    }

    /// Cached values that could not be read, since the start.
    long damaged() {
        return damaged.sum();
    }

    /// By fingerprint.
    ///
    /// @param failed why there is no vector
    record Fresh(Map<String, float[]> vectors, Map<String, String> failed) {}
}
