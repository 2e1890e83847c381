package dev.sandmill.vectorizer.source;

import java.util.Optional;

/// One pattern as in `.gitignore`: `*` and `?` within a component, `**` across components, `[a-z]`, a `/` at the start
/// or in the middle ties it to the root, one at the end wants a folder, `!` takes back in, `\` takes the next character
/// as it is.
///
/// Matching remembers only the last star of either kind, so its time is bounded by the product of the lengths.
///
/// @param glob without the marks at its ends
/// @param anchored whether it is matched against the whole path, not only its last component
record PathPattern(String glob, boolean anchored, boolean folderOnly, boolean takesBackIn) {
    private static final int MAX_CHARS = 1024;

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
                : Optional.of(new PathPattern(glob, anchored, folderOnly, takesBackIn));
    }

    private static String withoutTrailingSpaces(String line) {
        int end = line.length();
        while (end > 0 && Character.isWhitespace(line.charAt(end - 1)) && !(end > 1 && line.charAt(end - 2) == '\\')) {
            end--;
        }
        return line.substring(0, end);
    }

    boolean matches(String path, boolean isFolder) {
        if (folderOnly && !isFolder) {
            return false;
        }
        return new GlobMatch(glob).matches(anchored ? path : path.substring(path.lastIndexOf('/') + 1));
    }
}
