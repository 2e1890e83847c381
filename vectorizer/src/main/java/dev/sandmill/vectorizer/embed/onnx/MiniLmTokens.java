package dev.sandmill.vectorizer.embed.onnx;

import java.util.List;

/// Counts and reads tokens as the packaged model does, without loading the model itself. Thread-safe.
public final class MiniLmTokens {
    private final WordPieces wordPieces;
    private final List<String> pieces;

    private MiniLmTokens(WordPieces wordPieces, List<String> pieces) {
        this.wordPieces = wordPieces;
        this.pieces = pieces;
    }

    public static MiniLmTokens load() {
        byte[] file = MiniLm.load().tokenizer();
        return new MiniLmTokens(TokenizerFile.read(file), TokenizerFile.pieces(file));
    }

    /// The text of each id's piece, without the mark of those that continue a word.
    public List<String> pieces() {
        return pieces;
    }

    /// Ids of a text's word pieces, as many as the model would read; its own two marks left out.
    public int[] of(String text) {
        long[] marked = wordPieces.encode(text, MiniLm.MAX_TOKENS);
        int[] ids = new int[marked.length - 2];
        for (int at = 0; at < ids.length; at++) {
            ids[at] = (int) marked[at + 1];
        }
        return ids;
    }

    /// The model's own two marks not counted.
    public int count(String text) {
        return wordPieces.count(text);
    }
}
