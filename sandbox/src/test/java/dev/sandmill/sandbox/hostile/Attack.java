package dev.sandmill.sandbox.hostile;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.SourceFile;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One hostile program, and how it has to end.
///
/// @param ends the outcomes that are right
/// @param prints exact standard output; null where it does not matter
/// @param stdinBytes how much input it is given
/// @param cold whether a warm interpreter may not be used
record Attack(
        String name,
        String language,
        Set<ProgramStatus> ends,
        Limits limits,
        int stdinBytes,
        boolean cold,
        String source,
        @Nullable String prints) {

    /// Written to the result cache if the sandbox dares, never read from it.
    ExecuteCode request(Isolation isolation) {
        String file = switch (language) {
            case "python" -> "main.py";
            case "javascript" -> "main.js";
            case "bash" -> "main.sh";
            case "c" -> "main.c";
            case "cpp" -> "main.cpp";
            case "java" -> "Main.java";
            default -> throw new IllegalArgumentException("no language " + language);
        };
        return new ExecuteCode(
                language,
                null,
                List.of(new SourceFile(file, Content.utf8(source))),
                null,
                List.of(),
                Content.of(new byte[stdinBytes]),
                cold ? Map.of("LC_COLD", "1") : Map.of(),
                List.of(),
                limits,
                PolicyLevel.OFF,
                isolation,
                CacheMode.BYPASS,
                List.of());
    }

    @Override
    public String toString() {
        return name;
    }
}
