package dev.sandmill.sandbox;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.SourceFile;
import java.util.List;
import java.util.Map;

/// Requests as tests need them: validation off, because the container is what is tested, and nothing cached.
record Programs(
        String language,
        List<SourceFile> files,
        List<String> args,
        String stdin,
        Map<String, String> env,
        Limits limits,
        Isolation isolation) {

    static ExecuteCode python(String source) {
        return of("python", source).request();
    }

    static Programs of(String language, String source) {
        String name = language.equals("python") ? "main.py" : "main.js";
        return new Programs(
                language,
                List.of(new SourceFile(name, Content.utf8(source))),
                List.of(),
                "",
                Map.of(),
                Limits.DEFAULT,
                Isolation.AUTO);
    }

    Programs withLimits(Limits other) {
        return new Programs(language, files, args, stdin, env, other, isolation);
    }

    Programs withStdin(String text) {
        return new Programs(language, files, args, text, env, limits, isolation);
    }

    Programs withArgs(String... words) {
        return new Programs(language, files, List.of(words), stdin, env, limits, isolation);
    }

    Programs withEnv(Map<String, String> variables) {
        return new Programs(language, files, args, stdin, variables, limits, isolation);
    }

    Programs withFiles(List<SourceFile> others) {
        return new Programs(language, others, args, stdin, env, limits, isolation);
    }

    Programs fresh() {
        return new Programs(language, files, args, stdin, env, limits, Isolation.FRESH);
    }

    /// @param outputs patterns of files to collect
    ExecuteCode request(String... outputs) {
        return new ExecuteCode(
                language,
                null,
                files,
                files.size() == 1 ? null : files.getFirst().path(),
                args,
                Content.utf8(stdin),
                env,
                List.of(),
                limits,
                PolicyLevel.OFF,
                isolation,
                CacheMode.OFF,
                List.of(outputs));
    }
}
