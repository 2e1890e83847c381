package dev.sandmill.vectorizer.source;

import java.util.Optional;
import java.util.function.LongConsumer;

/// One pattern as in `.gitignore`: `*` and `?` within a component, `**` across components, `[a-z]`, a `/` at the start
/// or in the middle ties it to the root, one at the end wants a folder, `!` takes back in, `\` takes the next character
/// as it is.
///
/// @param glob without the marks at its ends
/// @param anchored whether it is matched against the whole path, not only its last component
/// @param start what every match begins with: the glob up to its first special character
/// @param end what every match ends with, where the glob is one star and this; empty otherwise
record PathPattern(String glob, boolean anchored, boolean folderOnly, boolean takesBackIn, String start, String end) {
    private static final int MAX_CHARS = 1024;
    private static final String SPECIAL = "*?[\\";

    static Optional<PathPattern> ofIgnoreLine(String line) {
        String text = withoutTrailingSpaces(line);
        boolean takesBackIn = text.startsWith("!");
        String pattern = takesBackIn ? text.substring(1) : text;
        return text.startsWith("#") ? Optional.empty() : of(pattern, takesBackIn);
    }

    static Optional<PathPattern> ofAttributes(String pattern, boolean takesBackIn) {
        return of(pattern, takesBackIn);
    }

    private static Optional<PathPattern> of(String pattern, boolean takesBackIn) {
        boolean folderOnly = pattern.endsWith("/");
        String glob = folderOnly ? pattern.substring(0, pattern.length() - 1) : pattern;
        boolean anchored = glob.indexOf('/') >= 0;
        glob = glob.startsWith("/") ? glob.substring(1) : glob;
        return glob.isEmpty() || glob.length() > MAX_CHARS
                ? Optional.empty()
                : Optional.of(new PathPattern(glob, anchored, folderOnly, takesBackIn, start(glob), end(glob)));
    }

    private static String start(String glob) {
        int end = 0;
        while (end < glob.length() && SPECIAL.indexOf(glob.charAt(end)) < 0) {
            end++;
        }
        return glob.substring(0, end);
    }

    private static String end(String glob) {
        String rest = glob.substring(1);
        return glob.charAt(0) == '*' && start(rest).equals(rest) && rest.indexOf('/') < 0 ? rest : "";
    }

    private static String withoutTrailingSpaces(String line) {
        int end = line.length();
        while (end > 0 && Character.isWhitespace(line.charAt(end - 1)) && !(end > 1 && line.charAt(end - 2) == '\\')) {
            end--;
        }
        return line.substring(0, end);
    }

    /// @param steps gets what it took
    boolean matches(String path, boolean isFolder, LongConsumer steps) {
        if (folderOnly && !isFolder) {
            return false;
        }
        String text = anchored ? path : path.substring(path.lastIndexOf('/') + 1);
        if (!text.startsWith(start) || !text.endsWith(end)) {
            steps.accept(1);
            return false;
        }
        GlobMatch match = new GlobMatch(glob);
        boolean matches = match.matches(text);
        steps.accept(match.steps());
        return matches;
    }
}
