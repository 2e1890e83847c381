package dev.sandmill.sandbox.syntax;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;

/// Tells which paths leave the workspace. The sandbox's `/tmp` and a few harmless devices belong to the program.
public final class WorkspacePaths {
    private static final Set<String> DEVICES = Set.of(
            "/dev/null",
            "/dev/stdin",
            "/dev/stdout",
            "/dev/stderr",
            "/dev/zero",
            "/dev/full",
            "/dev/fd/0",
            "/dev/fd/1",
            "/dev/fd/2");
    /// Many a library's readers fetch what has such a beginning.
    private static final Pattern REMOTE = Pattern.compile(
            "(https?|ftps?|s3[an]?|gc?s|ssh|sftp|hdfs|az|adl|abfss?|webhdfs|github|smb)://", Pattern.CASE_INSENSITIVE);

    private static final Set<String> OWN_ROOTS = Set.of("tmp", "workspace", "work", "box");

    /// Where no ordinary text points to by chance.
    private static final Pattern SYSTEM_PATH =
            Pattern.compile("(file://)?(/(etc|proc|sys|root|boot|run|var/run|dev)/|(\\.\\./){3})[^\\s:;,<>|]{1,200}");
    /// Up, and down into the system from there: no folder of a workspace is called so.
    private static final Pattern DOWN_INTO_SYSTEM =
            Pattern.compile("(\\./)?(\\.\\./){2,}(etc|proc|sys|root|boot|home|usr|var|dev)(/.*)?", Pattern.DOTALL);

    private static final Set<String> HARMLESS_DEVICES = Set.of("/dev/urandom", "/dev/random", "/dev/tty");

    /// No folder of a workspace is as deep, wherever a path begins that nobody knows.
    private static final String FAR_ABOVE = "../../..";

    private WorkspacePaths() {}

    /// Whether a text is the path of one of the system's own files, whatever is done with it.
    static boolean isSystemPath(String text) {
        return text.length() <= 256
                && SYSTEM_PATH.matcher(text).matches()
                && !HARMLESS_DEVICES.contains(text)
                && isOutside(new Item.Text(text, true));
    }

    /// Whether a path leads into the system's folders, wherever it begins.
    static boolean leadsIntoSystem(String path) {
        return path.startsWith(FAR_ABOVE)
                || path.startsWith(".") && DOWN_INTO_SYSTEM.matcher(path).matches();
    }

    /// Whether a path surely leads outside, as far as it is known.
    public static boolean isOutside(Item.Text path) {
        String text = path.text().startsWith("file://") ? path.text().substring(7) : path.text();
        if (REMOTE.matcher(text).lookingAt()) {
            return true;
        }
        if (DEVICES.contains(text) || text.indexOf('\n') >= 0) {
            return false;
        }
        boolean absolute = text.startsWith("/");
        if (absolute && !path.exact() && text.indexOf('/', 1) < 0) {
            return false;
        }
        Deque<String> segments = new ArrayDeque<>();
        for (String segment : text.split("/")) {
            if (segment.equals("..")) {
                if (segments.isEmpty()) {
                    return true;
                }
                segments.removeLast();
            } else if (!segment.isEmpty() && !segment.equals(".")) {
                segments.addLast(segment);
            }
        }
        return absolute && (segments.isEmpty() || !OWN_ROOTS.contains(segments.getFirst()));
    }
}
