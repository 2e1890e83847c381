package dev.sandmill.sandbox.session;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Violation;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a session was given to run so far. A call is checked together with the calls before it, since a name that one
/// imports another uses. For one thread at a time.
final class SessionSources {
    private final SourceCheck check;
    private final String language;
    private final Limits limits;
    private final StringBuilder accepted = new StringBuilder();
    private int acceptedLines;

    SessionSources(SourceCheck check, String language, Limits limits) {
        this.check = check;
        this.language = language;
        this.limits = limits;
    }

    /// What the policy refuses in the call, lines counted in the call itself.
    List<Violation> check(String source, PolicyLevel policy) {
        SourceCheck.Checked alone = check.check(program(source, List.of(), policy), language);
        if (!alone.violations().isEmpty() || policy == PolicyLevel.OFF) {
            return alone.violations();
        }
        List<Violation> together = accepted.isEmpty()
                ? List.of()
                : check.check(program(accepted + source, List.of(), policy), language)
                        .violations();
        if (together.isEmpty() && !alone.broken()) {
            // What is broken would hide what comes after it, and does not run either.
            accepted.append(source).append('\n');
            acceptedLines +=
                    (int) source.chars().filter(character -> character == '\n').count() + 1;
        }
        return together.stream().map(this::inTheCall).toList();
    }

    /// What the policy refuses in a file that is put into the workspace.
    List<Violation> checkFile(String path, byte[] content, PolicyLevel policy) {
        // A second file, so that this one's language is told by its name.
        List<SourceFile> files =
                List.of(new SourceFile(path, Content.of(content)), new SourceFile(path + ".sandmill", Content.EMPTY));
        return check.check(program(null, files, policy), language).violations();
    }

    private Violation inTheCall(Violation found) {
        int line = Math.max(1, found.line() - acceptedLines);
        return new Violation(found.rule(), found.path(), line, found.column(), found.message());
    }

    private ExecuteCode program(@Nullable String source, List<SourceFile> files, PolicyLevel policy) {
        return new ExecuteCode(
                language,
                source,
                files,
                source == null ? files.getLast().path() : null,
                List.of(),
                Content.EMPTY,
                Map.of(),
                List.of(),
                limits,
                policy,
                Isolation.FRESH,
                CacheMode.OFF,
                List.of());
    }
}
