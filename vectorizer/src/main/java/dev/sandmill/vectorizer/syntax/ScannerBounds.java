package dev.sandmill.vectorizer.syntax;

/// What must not reach a scanner because it would end the process.
final class ScannerBounds {
    /// Ruby's scanner 0.23.1 keeps the length of a heredoc's word in one byte and aborts where it does not fit.
    private static final int MAX_HEREDOC_WORD = 100;

    private static final String QUOTES = "'\"`";

    private ScannerBounds() {}

    static boolean holdFor(String language, String text) {
        return !language.equals("ruby") || hasOnlyShortHeredocWords(text);
    }

    /// Takes every `<<` for a heredoc, and a word for at least as long as the scanner does.
    private static boolean hasOnlyShortHeredocWords(String text) {
        for (int at = text.indexOf("<<"); at >= 0; at = text.indexOf("<<", at + 1)) {
            int word = at + 2;
            if (word < text.length() && (text.charAt(word) == '~' || text.charAt(word) == '-')) {
                word++;
            }
            if (word < text.length() && lengthOfWord(text, word) > MAX_HEREDOC_WORD) {
                return false;
            }
        }
        return true;
    }

    private static int lengthOfWord(String text, int start) {
        char quote = text.charAt(start);
        boolean quoted = QUOTES.indexOf(quote) >= 0;
        int last = Math.min(text.length(), start + MAX_HEREDOC_WORD + 2);
        int end = start + 1;
        while (end < last && (quoted ? !closes(text, end, quote) : !endsBareWord(text.charAt(end)))) {
            end++;
        }
        return end - start;
    }

    private static boolean closes(String text, int at, char quote) {
        return text.charAt(at) == quote && text.charAt(at - 1) != '\\';
    }

    private static boolean endsBareWord(char c) {
        return c <= ' ' || (c < 0x80 && !Character.isLetterOrDigit(c) && c != '_');
    }
}
