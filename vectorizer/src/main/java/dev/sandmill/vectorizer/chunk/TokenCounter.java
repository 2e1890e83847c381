package dev.sandmill.vectorizer.chunk;

/// How many tokens the embedding model makes of a text, special tokens (`[CLS]`, `[SEP]`) not counted. Thread-safe.
///
/// Called about once per line, so it should take microseconds. Texts that are put together at a whitespace must
/// count at most the sum of their counts (WordPiece: exactly the sum); a cut at a line's end relies on it.
@FunctionalInterface
public interface TokenCounter {
    int count(String text);
}
