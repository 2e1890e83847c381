package dev.sandmill.sandbox.run;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// What a request may ask back: globs over paths of the workspace. `*` and `?` stand for characters within a
/// segment, a segment `**` for any number of segments; every other character for itself.
final class OutputGlobs {
    private static final int GLOBS_MAX = 100;
    private static final int GLOB_MAX_BYTES = 1024;
    private static final int SEGMENTS_MAX = 62;

    private OutputGlobs() {}

    static List<String> checked(List<String> globs) throws InvalidProgram {
        if (globs.size() > GLOBS_MAX) {
            throw new InvalidProgram("outputs: at most " + GLOBS_MAX + ", not " + globs.size());
        }
        for (String glob : globs) {
            check(glob);
        }
        return globs;
    }

    private static void check(String glob) throws InvalidProgram {
        List<String> segments = List.of(glob.split("/", -1));
        boolean leaves =
                segments.stream().anyMatch(segment -> segment.isEmpty() || segment.equals(".") || segment.equals(".."));
        if (leaves || segments.size() > SEGMENTS_MAX || glob.indexOf('\0') >= 0) {
            throw new InvalidProgram(
                    "outputs: a glob has to be relative, without zero bytes and without empty, . and .. "
                            + "segments, of which it has at most " + SEGMENTS_MAX);
        }
        int bytes = glob.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > GLOB_MAX_BYTES) {
            throw new InvalidProgram("outputs: a glob has at most " + GLOB_MAX_BYTES + " bytes, not " + bytes);
        }
    }
}
