package dev.sandmill.vectorizer.words;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a piece of code says of itself: its name in words, and the first paragraph of its first comment. Questions are
/// worded like that more than like the code below it.
public final class Summary {
    private static final int MAX_CHARACTERS = 300;
    /// A comment further below is about some detail.
    private static final int LOOKED_AT = 2_000;

    private static final Pattern MARKS = Pattern.compile("^(?:\\*+(?!/)|//[/!]?|#+|--+)\\h*");
    private static final Pattern BETWEEN_HUMPS = Pattern.compile("(?<=[\\p{Ll}\\p{N}])(?=\\p{Lu})|[_.$:]+");
    private static final Pattern LICENCE = Pattern.compile("(?i)copyright|licen[sc]e|spdx");

    private Summary() {}

    /// At most a few hundred characters; empty where there is neither a name nor a comment.
    ///
    /// @param symbol as a chunk has it: `ContainerPool.lease`
    public static String of(@Nullable String symbol, String text) {
        String name = symbol == null
                ? ""
                : BETWEEN_HUMPS.matcher(symbol).replaceAll(" ").strip();
        String comment = comment(text.substring(0, Math.min(text.length(), LOOKED_AT)));
        if (name.isEmpty() || comment.isEmpty()) {
            return name + comment;
        }
        return name + ". " + comment;
    }

    /// Where the first comment's mark is; the text's length where there is none. Read for every chunk, twice.
    private static int commentStart(String text) {
        boolean startsLine = true;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\n' || c == '\r') {
                startsLine = true;
            } else if (markEnd(text, at) > at && (startsLine || isBlockMark(c, text, at))) {
                return at;
            } else {
                startsLine = startsLine && (c == ' ' || c == '\t');
            }
        }
        return text.length();
    }

    private static boolean isBlockMark(char c, String text, int at) {
        return c == '"' || c == '\'' || text.startsWith("/*", at);
    }

    /// After the mark that stands there, `/**` as a whole; the same place where none does.
    private static int markEnd(String text, int at) {
        return switch (text.charAt(at)) {
            case '"' -> text.startsWith("\"\"\"", at) ? at + 3 : at;
            case '\'' -> text.startsWith("'''", at) ? at + 3 : at;
            case '/' -> {
                if (text.startsWith("/*", at)) {
                    yield endOfRun(text, at + 1, '*');
                }
                yield text.startsWith("//", at) ? at + 2 + (isOneOf(text, at + 2, "/!") ? 1 : 0) : at;
            }
            case '#' -> {
                int end = endOfRun(text, at, '#');
                // A script's first line is no comment.
                yield isOneOf(text, end, "!") ? end - 1 : end;
            }
            case '-' -> text.startsWith("--", at) ? endOfRun(text, at, '-') : at;
            default -> at;
        };
    }

    private static int endOfRun(String text, int from, char c) {
        int end = from;
        while (end < text.length() && text.charAt(end) == c) {
            end++;
        }
        return end;
    }

    private static boolean isOneOf(String text, int at, String characters) {
        return at < text.length() && characters.indexOf(text.charAt(at)) >= 0;
    }

    private static String comment(String text) {
        int start = commentStart(text);
        if (start == text.length()) {
            return "";
        }
        int textStart = markEnd(text, start);
        String mark = text.substring(start, textStart);
        boolean block = mark.startsWith("/*");
        String end = block ? "*/" : mark.startsWith("\"") || mark.startsWith("'") ? mark : "";
        StringBuilder paragraph = new StringBuilder();
        String rest = text.substring(textStart);
        int closing = end.isEmpty() ? -1 : rest.indexOf(end);
        for (String line :
                (closing < 0 ? rest : rest.substring(0, closing)).lines().toList()) {
            String content = line.strip();
            boolean goesOn = paragraph.isEmpty()
                    || !end.isEmpty()
                    || MARKS.matcher(content).find();
            content = MARKS.matcher(content).replaceFirst("").strip();
            if (!goesOn
                    || content.isEmpty() && !paragraph.isEmpty()
                    || content.startsWith("@")
                    || content.startsWith(":")) {
                break;
            }
            paragraph.append(content).append(' ');
            if (paragraph.length() > MAX_CHARACTERS) {
                break;
            }
        }
        String whole = paragraph.toString().strip();
        if (LICENCE.matcher(whole).find()) {
            return "";
        }
        return whole.substring(0, Math.min(whole.length(), MAX_CHARACTERS));
    }
}
