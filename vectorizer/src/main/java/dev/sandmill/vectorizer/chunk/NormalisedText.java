package dev.sandmill.vectorizer.chunk;

/// A text as the model gets it: line ends are `\n`, no whitespace ends a line, no blank line begins or ends it.
/// Indentation stays.
final class NormalisedText {
    /// Changes whenever the rules do; part of every fingerprint.
    static final String RULES = "lf-trim-1";

    private NormalisedText() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        int blankLines = 0;
        for (int start = 0; start < text.length(); ) {
            int newline = text.indexOf('\n', start);
            int end = newline < 0 ? text.length() : newline;
            int next = newline < 0 ? end : newline + 1;
            while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
                end--;
            }
            if (end == start) {
                blankLines++;
            } else {
                if (!out.isEmpty()) {
                    out.repeat("\n", blankLines + 1);
                }
                out.append(text, start, end);
                blankLines = 0;
            }
            start = next;
        }
        return out.toString();
    }
}
