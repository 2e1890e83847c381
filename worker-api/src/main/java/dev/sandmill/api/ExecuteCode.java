package dev.sandmill.api;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Code to run in a sandbox. Either `source` or `files` is given, never both.
///
/// @param language a name or an alias that `GET /v1/languages` lists
/// @param source the whole program, stored under the language's usual file name
/// @param files the program as files; paths are relative to the workspace
/// @param entrypoint the file to start; null is the language's usual one, or the only file
/// @param args arguments, passed on verbatim, no shell in between
/// @param stdin bytes on standard input
/// @param env variables added to the sandbox's own
/// @param inputs further inputs for one compiled program; empty runs it once with `stdin` and `args`
/// @param limits every limit, none of them open
/// @param outputs globs of files to bring back from the workspace
public record ExecuteCode(
        String language,
        @Nullable String source,
        List<SourceFile> files,
        @Nullable String entrypoint,
        List<String> args,
        Content stdin,
        Map<String, String> env,
        List<ProgramInput> inputs,
        Limits limits,
        PolicyLevel policy,
        Isolation isolation,
        CacheMode cache,
        List<String> outputs)
        implements JobRequest {

    public ExecuteCode {
        if ((source == null) == files.isEmpty()) {
            throw new IllegalArgumentException(
                    "give either source or files, not " + (source == null ? "neither" : "both"));
        }
        files = List.copyOf(files);
        args = List.copyOf(args);
        env = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(env));
        inputs = List.copyOf(inputs);
        outputs = List.copyOf(outputs);
    }

    /// The shortest request: one source, everything else at its default.
    public static ExecuteCode of(String language, String source, Limits limits) {
        return new ExecuteCode(
                language,
                source,
                List.of(),
                null,
                List.of(),
                Content.EMPTY,
                Map.of(),
                List.of(),
                limits,
                PolicyLevel.STANDARD,
                Isolation.AUTO,
                CacheMode.AUTO,
                List.of());
    }

    @Override
    public JobKind kind() {
        return JobKind.EXECUTE;
    }
}
