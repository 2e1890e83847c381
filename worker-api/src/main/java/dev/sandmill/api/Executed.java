package dev.sandmill.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came of running a program.
///
/// @param exitCode null where the program did not exit by itself
/// @param signal the signal's name, as in `SIGSEGV`, where one ended it
/// @param nondeterminism reasons why the result may differ next time; empty where `deterministic`
/// @param compile null for languages without a compile step
/// @param runs one outcome for each of the request's `inputs`, null without them
/// @param isolation `fresh` or `recycled`; null where no container was used
/// @param image the image's immutable id; null where no container was used
/// @param message a sentence for people where the status alone does not say it
public record Executed(
        ProgramStatus status,
        @Nullable Integer exitCode,
        @Nullable String signal,
        Content stdout,
        boolean stdoutTruncated,
        Content stderr,
        boolean stderrTruncated,
        Usage usage,
        boolean cached,
        boolean deterministic,
        List<String> nondeterminism,
        List<Violation> violations,
        List<Artifact> artifacts,
        @Nullable CompileResult compile,
        @Nullable List<Executed> runs,
        @Nullable String isolation,
        @Nullable String image,
        @Nullable String message)
        implements JobOutcome {

    public Executed {
        nondeterminism = List.copyOf(nondeterminism);
        violations = List.copyOf(violations);
        artifacts = List.copyOf(artifacts);
        runs = runs == null ? null : List.copyOf(runs);
    }

    /// An end without a program's own: `FAILED` or `CANCELLED`, with a sentence that says why.
    public static Executed withoutRun(ProgramStatus status, String message) {
        return new Executed(
                status,
                null,
                null,
                Content.EMPTY,
                false,
                Content.EMPTY,
                false,
                Usage.NONE,
                false,
                false,
                List.of(),
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                message);
    }

    public static Executed rejected(List<Violation> violations) {
        return new Executed(
                ProgramStatus.REJECTED,
                null,
                null,
                Content.EMPTY,
                false,
                Content.EMPTY,
                false,
                Usage.NONE,
                false,
                false,
                List.of(),
                violations,
                List.of(),
                null,
                null,
                null,
                null,
                "refused by static validation; see violations");
    }

    public Executed fromCache() {
        return new Executed(
                status,
                exitCode,
                signal,
                stdout,
                stdoutTruncated,
                stderr,
                stderrTruncated,
                usage,
                true,
                deterministic,
                nondeterminism,
                violations,
                artifacts,
                compile,
                runs,
                isolation,
                image,
                message);
    }

    public Executed judged(boolean isDeterministic, List<String> reasons) {
        return new Executed(
                status,
                exitCode,
                signal,
                stdout,
                stdoutTruncated,
                stderr,
                stderrTruncated,
                usage,
                cached,
                isDeterministic,
                reasons,
                violations,
                artifacts,
                compile,
                runs,
                isolation,
                image,
                message);
    }
}
