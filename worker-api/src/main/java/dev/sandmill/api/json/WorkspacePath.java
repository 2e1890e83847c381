package dev.sandmill.api.json;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a path inside a workspace may look like: relative, `/`-separated, nothing that means another place.
final class WorkspacePath {
    private static final int MAX_BYTES = 4_096;
    private static final int MAX_SEGMENT_BYTES = 255;

    private WorkspacePath() {}

    /// What is wrong with a path; null where nothing is.
    static @Nullable String problem(String path) {
        if (path.isEmpty()) {
            return "is empty";
        }
        if (path.startsWith("/")) {
            return "has to be relative, not \"" + Fields.shortened(path) + "\"";
        }
        if (path.indexOf('\0') >= 0) {
            return "holds a NUL character";
        }
        if (path.indexOf('\\') >= 0) {
            return "holds a backslash; separate with \"/\": \"" + Fields.shortened(path) + "\"";
        }
        if (path.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
            return "is longer than " + MAX_BYTES + " bytes";
        }
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
                return "has the segment \"" + segment + "\", which is not allowed: \"" + Fields.shortened(path) + "\"";
            }
            if (segment.getBytes(StandardCharsets.UTF_8).length > MAX_SEGMENT_BYTES) {
                return "has a segment longer than " + MAX_SEGMENT_BYTES + " bytes";
            }
        }
        return null;
    }

    /// The index of the first path that is there twice or is also the folder of another one; -1 where none is.
    static int firstClash(List<String> paths) {
        Set<String> files = new HashSet<>();
        Set<String> folders = new HashSet<>();
        for (int i = 0; i < paths.size(); i++) {
            String path = paths.get(i);
            if (!files.add(path) || folders.contains(path)) {
                return i;
            }
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                String folder = path.substring(0, slash);
                if (files.contains(folder)) {
                    return i;
                }
                folders.add(folder);
            }
        }
        return -1;
    }
}
