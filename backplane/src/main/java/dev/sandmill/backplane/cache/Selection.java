package dev.sandmill.backplane.cache;

import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which entries are meant: those for which everything given holds.
///
/// @param keys one of these; null is any
/// @param prefix of the key; empty is any
/// @param tags at least one of these; empty is any
/// @param storedBefore null is any time
public record Selection(
        @Nullable Set<String> keys,
        String prefix,
        Set<String> tags,
        @Nullable Instant storedBefore) {
    public static final Selection ALL = new Selection(null, "", Set.of(), null);

    public Selection {
        keys = keys == null ? null : Set.copyOf(keys);
        tags = Set.copyOf(tags);
    }

    boolean admits(String key) {
        return (keys == null || keys.contains(key)) && key.startsWith(prefix);
    }

    /// Whether names alone decide.
    boolean isByName() {
        return tags.isEmpty() && storedBefore == null;
    }
}
