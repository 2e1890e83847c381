package dev.sandmill.sandbox.run;

import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.SourceFile;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The files that a program starts with. Paths come from strangers: every one is checked.
///
/// @param entrypoint the path of the file to start
record Workspace(List<SourceFile> files, String entrypoint) {
    private static final int FILES_MAX = 1000;
    private static final int PATH_MAX_BYTES = 4096;
    private static final int SEGMENT_MAX_BYTES = 255;

    static Workspace of(ExecuteCode code, String usualName) throws InvalidProgram {
        List<SourceFile> files = code.source() == null
                ? code.files()
                : List.of(new SourceFile(usualFor(code, usualName), Content.utf8(code.source())));
        check(files, code.limits().diskBytes());
        return new Workspace(files, entrypoint(code, files, usualName));
    }

    private static String usualFor(ExecuteCode code, String usualName) {
        return code.entrypoint() == null ? usualName : code.entrypoint();
    }

    private static String entrypoint(ExecuteCode code, List<SourceFile> files, String usualName) throws InvalidProgram {
        String wanted = code.entrypoint();
        if (wanted == null && files.size() == 1) {
            return files.getFirst().path();
        }
        String path = wanted == null ? usualName : wanted;
        if (files.stream().noneMatch(file -> file.path().equals(path))) {
            throw new InvalidProgram("entrypoint " + quoted(path) + " is not among the files");
        }
        return path;
    }

    private static void check(List<SourceFile> files, long diskBytes) throws InvalidProgram {
        if (files.size() > FILES_MAX) {
            throw new InvalidProgram("at most " + FILES_MAX + " files, not " + files.size());
        }
        Set<String> paths = new HashSet<>();
        long total = 0;
        for (SourceFile file : files) {
            check(file.path());
            if (!paths.add(file.path())) {
                throw new InvalidProgram("file " + quoted(file.path()) + " is there twice");
            }
            total += file.content().size();
        }
        if (total > diskBytes) {
            throw new InvalidProgram("the files are " + total + " bytes, more than limits.diskBytes " + diskBytes);
        }
        for (String path : paths) {
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                if (paths.contains(path.substring(0, slash))) {
                    throw new InvalidProgram(quoted(path.substring(0, slash)) + " is a file and a folder");
                }
            }
        }
    }

    static void check(String path) throws InvalidProgram {
        if (path.isEmpty() || path.indexOf('\0') >= 0 || bytes(path) > PATH_MAX_BYTES) {
            throw new InvalidProgram(
                    "file path " + quoted(path) + " has to have 1 to " + PATH_MAX_BYTES + " bytes, none of them zero");
        }
        for (String segment : path.split("/", -1)) {
            if (segment.isEmpty()
                    || segment.equals(".")
                    || segment.equals("..")
                    || bytes(segment) > SEGMENT_MAX_BYTES) {
                throw new InvalidProgram("file path " + quoted(path)
                        + " has to be relative, without empty, . and .. segments, each at most " + SEGMENT_MAX_BYTES
                        + " bytes");
            }
        }
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static String quoted(String path) {
        String shown = path.length() <= 80 ? path : path.substring(0, 80) + "…";
        return "\"" + shown.replaceAll("\\p{Cntrl}", "?") + "\"";
    }
}
