package dev.sandmill.vectorizer.chunk;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A text in pieces.
///
/// @param endedParser why it was cut by lines though it might have been cut at syntax; null where it was not
public record Cut(List<Chunk> chunks, @Nullable String endedParser) {
    public Cut {
        chunks = List.copyOf(chunks);
    }
}
