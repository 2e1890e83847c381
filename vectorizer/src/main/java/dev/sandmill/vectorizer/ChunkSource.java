package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.FileReading.Outcome;
import dev.sandmill.vectorizer.cache.SecretSource;
import dev.sandmill.vectorizer.cache.VectorCache;
import dev.sandmill.vectorizer.cache.VectorKey;
import dev.sandmill.vectorizer.chunk.ChunkList;
import dev.sandmill.vectorizer.chunk.Fingerprint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Files in pieces: as the cache remembers a content of that language to be cut by this chunker, or else cut
/// now. A file that was moved, brought back or is on another branch too is not parsed again. Thread-safe.
final class ChunkSource {
    private final FileReading reading;
    private final VectorCache cache;
    private final SecretSource secrets;
    private final String chunkerId;
    private final ParallelWork work;
    private final LongAdder remembered = new LongAdder();
    private final LongAdder cut = new LongAdder();

    ChunkSource(FileReading reading, VectorCache cache, SecretSource secrets, String chunkerId, ParallelWork work) {
        this.reading = reading;
        this.cache = cache;
        this.secrets = secrets;
        this.chunkerId = chunkerId;
        this.work = work;
    }

    /// What came of each file, in order.
    List<Outcome> of(String tenant, List<FileChange.Put> files) throws InterruptedException {
        List<Outcome> outcomes = new ArrayList<>(work.map(files, reading::source));
        Optional<VectorKey> key = secrets.secret().map(secret -> VectorKey.ofChunkLists(secret, tenant, chunkerId));
        if (key.isPresent()) {
            recall(outcomes, key.get());
        }
        List<Integer> uncut = new ArrayList<>();
        for (int at = 0; at < outcomes.size(); at++) {
            if (outcomes.get(at) instanceof Outcome.Source) {
                uncut.add(at);
            }
        }
        Map<String, byte[]> toRemember = new HashMap<>();
        List<Outcome> results = work.map(uncut, at -> cut(outcomes.get(at)));
        for (int at = 0; at < uncut.size(); at++) {
            Outcome.Source source = (Outcome.Source) outcomes.set(uncut.get(at), results.get(at));
            // Whoever ended its parser may have been unlucky: it is parsed again the next time.
            if (key.isPresent() && results.get(at) instanceof Outcome.Read(ReadFile file, var ended) && ended == null) {
                ChunkList.encode(source.text(), file.chunks())
                        .ifPresent(bytes -> toRemember.put(keyOf(key.get(), source), bytes));
            }
        }
        if (!toRemember.isEmpty()) {
            cache.putAll(toRemember);
        }
        return outcomes;
    }

    /// Puts the remembered ones in the place of their sources.
    private void recall(List<Outcome> outcomes, VectorKey key) throws InterruptedException {
        Map<Integer, String> keys = new LinkedHashMap<>();
        for (int at = 0; at < outcomes.size(); at++) {
            if (outcomes.get(at) instanceof Outcome.Source source) {
                keys.put(at, keyOf(key, source));
            }
        }
        Map<String, byte[]> found = keys.isEmpty() ? Map.of() : cache.getAll(keys.values());
        List<Integer> places = List.copyOf(keys.keySet());
        List<Outcome> recalled = work.map(
                places, at -> recalled((Outcome.Source) outcomes.get(at), found.get(keys.getOrDefault(at, ""))));
        for (int at = 0; at < places.size(); at++) {
            outcomes.set(places.get(at), recalled.get(at));
        }
    }

    private Outcome recalled(Outcome.Source source, byte @org.jspecify.annotations.Nullable [] bytes) {
        if (bytes == null) {
            return source;
        }
        Optional<Outcome> read = ChunkList.decode(bytes, source.text()).map(chunks -> source.inPieces(chunks, null));
        if (read.isPresent()) {
            remembered.increment();
        }
        return read.orElse(source);
    }

    private Outcome cut(Outcome source) {
        cut.increment();
        return reading.cut((Outcome.Source) source);
    }

    private static String keyOf(VectorKey key, Outcome.Source source) {
        return key.of(Fingerprint.ofFields(source.language(), source.blobId()));
    }

    /// Files that were not parsed because the cache knew them, since the start.
    long remembered() {
        return remembered.sum();
    }

    /// Files that were parsed, since the start.
    long cut() {
        return cut.sum();
    }
}
