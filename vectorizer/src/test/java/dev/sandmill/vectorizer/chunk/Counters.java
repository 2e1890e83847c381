package dev.sandmill.vectorizer.chunk;

/// Deterministic counters for tests.
final class Counters {
    private Counters() {}

    /// Like WordPiece in kind: a token for every 4 letters or digits of a run, and one for every other character that
    /// is not whitespace.
    static int count(String text) {
        int tokens = 0;
        int run = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (Character.isLetterOrDigit(c)) {
                run++;
                continue;
            }
            tokens += (run + 3) / 4;
            run = 0;
            if (!Character.isWhitespace(c)) {
                tokens++;
            }
        }
        return tokens + (run + 3) / 4;
    }
}
