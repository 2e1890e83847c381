package dev.sandmill.vectorizer.embed.onnx;

/// Counts tokens as the packaged model does, without loading the model itself. Thread-safe.
public final class MiniLmTokens {
    private final WordPieces wordPieces;

    private MiniLmTokens(WordPieces wordPieces) {
        this.wordPieces = wordPieces;
    }

    public static MiniLmTokens load() {
        return new MiniLmTokens(TokenizerFile.read(MiniLm.load().tokenizer()));
    }

    /// The model's own two marks not counted.
    public int count(String text) {
        return wordPieces.count(text);
    }
}
