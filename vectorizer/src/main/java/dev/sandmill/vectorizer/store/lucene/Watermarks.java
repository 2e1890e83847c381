package dev.sandmill.vectorizer.store.lucene;

import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Watermark;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The watermarks of one tenant, the newest of each repository, as they lie in a commit of its index. Immutable.
record Watermarks(Map<String, Watermark> ofRepository) {
    private static final String KEY_PREFIX = "watermark:";
    private static final String SEPARATOR = "\0";
    private static final int PARTS = 5;

    Watermarks {
        ofRepository = Map.copyOf(ofRepository);
    }

    static Watermarks read(Iterable<Map.Entry<String, String>> commitData) {
        Map<String, Watermark> read = new HashMap<>();
        for (Map.Entry<String, String> entry : commitData) {
            if (entry.getKey().startsWith(KEY_PREFIX)) {
                String[] parts = entry.getValue().split(SEPARATOR, PARTS);
                if (parts.length != PARTS) {
                    throw new IllegalStateException("a watermark in the index has " + parts.length + " parts");
                }
                Watermark watermark = new Watermark(
                        parts[0],
                        parts[4],
                        Long.parseLong(parts[1]),
                        Long.parseLong(parts[2]),
                        Long.parseLong(parts[3]));
                read.put(entry.getKey().substring(KEY_PREFIX.length()), watermark);
            }
        }
        return new Watermarks(read);
    }

    Map<String, String> toCommitData() {
        Map<String, String> data = new HashMap<>();
        ofRepository.forEach((repository, mark) -> data.put(
                KEY_PREFIX + repository,
                String.join(
                        SEPARATOR,
                        mark.branch(),
                        Long.toString(mark.files()),
                        Long.toString(mark.chunks()),
                        Long.toString(mark.sketched()),
                        mark.commit())));
        return data;
    }

    Watermarks with(String repository, Watermark watermark) {
        Map<String, Watermark> changed = new HashMap<>(ofRepository);
        changed.put(repository, watermark);
        return new Watermarks(changed);
    }

    Watermarks without(String repository) {
        Map<String, Watermark> changed = new HashMap<>(ofRepository);
        changed.remove(repository);
        return new Watermarks(changed);
    }

    Optional<Watermark> of(String repository) {
        return Optional.ofNullable(ofRepository.get(repository));
    }

    /// Of the named repositories, or of all where none is named.
    List<Partition> partitions(String tenant, Collection<String> repositories) {
        return ofRepository.entrySet().stream()
                .filter(entry -> repositories.isEmpty() || repositories.contains(entry.getKey()))
                .map(entry ->
                        new Partition(tenant, entry.getKey(), entry.getValue().branch()))
                .toList();
    }
}
