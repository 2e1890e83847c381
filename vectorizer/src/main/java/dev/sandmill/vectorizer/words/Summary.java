package dev.sandmill.vectorizer.words;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What a piece of code says of itself: its name in words, and the first paragraph of its first comment. Questions are
/// worded like that more than like the code below it.
public final class Summary {
    private static final int MAX_CHARACTERS = 300;
    /// A comment further below is about some detail.
    private static final int LOOKED_AT = 2_000;

    private static final Pattern COMMENT = Pattern.compile("(?m)\"\"\"|'''|/\\*+|^\\h*(?://[/!]?|#+(?!!)|--+)");
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

    private static String comment(String text) {
        Matcher start = COMMENT.matcher(text);
        if (!start.find()) {
            return "";
        }
        String mark = start.group().strip();
        boolean block = mark.startsWith("/*");
        String end = block ? "*/" : mark.startsWith("\"") || mark.startsWith("'") ? mark : "";
        StringBuilder paragraph = new StringBuilder();
        String rest = text.substring(start.end());
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
