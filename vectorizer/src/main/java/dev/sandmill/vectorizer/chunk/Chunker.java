package dev.sandmill.vectorizer.chunk;

import java.util.List;

/// Cuts a text into pieces. The pieces' texts, put together in order, are the text. Thread-safe.
@FunctionalInterface
public interface Chunker {
    /// @param language a name that `LanguageOf` gives; an unknown one is cut by lines
    /// @return in the text's order; none for an empty text
    List<Chunk> chunk(String language, String text);

    default Cut cut(String language, String text) {
        return new Cut(chunk(language, text), null);
    }
}
