package dev.sandmill.vectorizer.search;

/// The part of a chunk that a hit shows: whole lines from its start, at most 30 of them and 2,000 characters.
public final class Snippet {
    static final int MAX_LINES = 30;
    static final int MAX_CHARACTERS = 2_000;

    private Snippet() {}

    /// Every character is kept but one: half a surrogate pair, which is no text, becomes U+FFFD.
    public static String of(String text) {
        int end = 0;
        for (int lines = 0; lines < MAX_LINES && end < text.length(); lines++) {
            int newline = text.indexOf('\n', end);
            end = newline < 0 ? text.length() : newline + 1;
        }
        if (end > MAX_CHARACTERS) {
            int newline = text.lastIndexOf('\n', MAX_CHARACTERS - 1);
            end = newline > 0 ? newline + 1 : wholeCharacters(text, MAX_CHARACTERS);
        }
        return wellFormed(text.substring(0, end));
    }

    private static int wholeCharacters(String text, int end) {
        return Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end;
    }

    private static String wellFormed(String text) {
        StringBuilder repaired = new StringBuilder(text);
        for (int at = 0; at < repaired.length(); at++) {
            char character = repaired.charAt(at);
            if (Character.isHighSurrogate(character)
                    && at + 1 < repaired.length()
                    && Character.isLowSurrogate(repaired.charAt(at + 1))) {
                at++;
            } else if (Character.isSurrogate(character)) {
                repaired.setCharAt(at, '\uFFFD');
            }
        }
        return repaired.toString();
    }
}
