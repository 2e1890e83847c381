package dev.sandmill.vectorizer.source;

/// Tells minified code and packed data by the average length of its lines.
final class LineLengths {
    private static final int MIN_CHARS = 1024;
    private static final int WEB_AVERAGE = 110;
    private static final int CODE_AVERAGE = 300;
    private static final int PROSE_AVERAGE = 5000;

    private LineLengths() {}

    static boolean areMinified(String text, String language) {
        if (text.length() < MIN_CHARS) {
            return false;
        }
        long lines = 1 + text.strip().chars().filter(c -> c == '\n').count();
        int limit = switch (language) {
            case "javascript", "css" -> WEB_AVERAGE;
            case "markdown", "text", "restructuredtext", "asciidoc", "tex", "org" -> PROSE_AVERAGE;
            default -> CODE_AVERAGE;
        };
        return text.length() / lines > limit;
    }
}
