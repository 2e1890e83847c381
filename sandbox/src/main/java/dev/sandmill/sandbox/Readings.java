package dev.sandmill.sandbox;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import dev.sandmill.sandbox.cache.ResultKey;
import dev.sandmill.sandbox.determinism.Determinism;
import dev.sandmill.sandbox.parser.Parsers;
import dev.sandmill.sandbox.session.SourceCheck;
import dev.sandmill.sandbox.syntax.ProgramSyntax;
import dev.sandmill.sandbox.syntax.SourceUnit;
import dev.sandmill.sandbox.syntax.SyntaxReader;
import dev.sandmill.sandbox.validate.SourceValidator;
import dev.sandmill.sandbox.validate.UnreadCode;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads programs: what a policy refuses in them, and whether they are deterministic. Remembers that of the latest
/// [#MAX_REMEMBERED] programs by their digest, for those that are run again and again. Reads as many at a time as the
/// machine has processors, because a large program takes tens of megabytes while it is read. Thread-safe.
final class Readings implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Readings.class);
    private static final int MAX_REMEMBERED = 2_000;
    private static final Determinism.Verdict UNJUDGED = new Determinism.Verdict(List.of("unchecked"));

    private final Parsers parsers = Parsers.open();
    private final SyntaxReader syntax = new SyntaxReader(parsers);
    private final SourceValidator validator = new SourceValidator();
    private final UnreadCode unread = new UnreadCode();
    private final Determinism determinism = new Determinism();
    private final Semaphore readers = new Semaphore(Runtime.getRuntime().availableProcessors(), true);
    private final Map<ResultKey, Reading> remembered =
            Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<ResultKey, Reading> eldest) {
                    return size() > MAX_REMEMBERED;
                }
            });

    /// What reading a program told.
    ///
    /// @param violations empty where it may run
    record Reading(List<Violation> violations, Determinism.Verdict verdict) {}

    /// Changes whenever a reading may.
    String policyVersion() {
        return validator.policyVersion() + "-" + UnreadCode.VERSION;
    }

    /// @param language the canonical name
    Reading of(ExecuteCode code, String language) throws InterruptedException {
        ResultKey program = ResultKey.ofProgram(language, code);
        Reading known = remembered.get(program);
        if (known != null) {
            return known;
        }
        readers.acquire();
        try {
            Reading reading = read(code, language);
            remembered.put(program, reading);
            return reading;
        } finally {
            readers.release();
        }
    }

    /// What an earlier reading of the same program told, if it is remembered.
    @Nullable
    Reading remembered(ExecuteCode code, String language) {
        return remembered.get(ResultKey.ofProgram(language, code));
    }

    private Reading read(ExecuteCode code, String language) {
        return answered(
                code,
                () -> {
                    ProgramSyntax read = syntax.read(code, language);
                    return new Reading(violations(code, read), determinism.judge(read));
                },
                refusals -> new Reading(refusals, UNJUDGED));
    }

    /// A source that the reader is not up to is an answer like another: the same job would end the same way as
    /// often as it is tried, and what was not read does not run where a policy asks for that. A parser that cannot
    /// be started is not the source's fault, and thrown.
    static <T> T answered(ExecuteCode code, Supplier<T> reading, Function<List<Violation>, T> refused) {
        try {
            return reading.get();
        } catch (UncheckedIOException noParser) {
            throw noParser;
        } catch (RuntimeException | StackOverflowError defect) {
            LOG.error(
                    "a {} program cannot be read, which is a defect of the reader: {}",
                    code.language(),
                    code.policy() == PolicyLevel.OFF ? "it runs, its policy is off" : "it is rejected",
                    defect);
            return refused.apply(
                    code.policy() == PolicyLevel.OFF
                            ? List.of()
                            : List.of(new Violation(
                                    "syntax/defect",
                                    code.source() == null && !code.files().isEmpty()
                                            ? code.files().getFirst().path()
                                            : "main",
                                    1,
                                    1,
                                    "the source cannot be checked: its reader failed with "
                                            + defect.getClass().getSimpleName()
                                            + ", which is a defect of Sandmill; its log says where")));
        }
    }

    private List<Violation> violations(ExecuteCode code, ProgramSyntax read) {
        List<Violation> violations = new ArrayList<>(unread.check(code));
        violations.addAll(validator.check(read, code.policy()));
        return List.copyOf(violations);
    }

    /// For a session's source, which is checked and not judged.
    SourceCheck.Checked check(ExecuteCode code, String language) {
        return answered(
                code,
                () -> {
                    ProgramSyntax read = syntax.read(code, language);
                    return new SourceCheck.Checked(
                            violations(code, read), read.units().stream().anyMatch(SourceUnit::broken));
                },
                refusals -> new SourceCheck.Checked(refusals, true));
    }

    /// Ends the parsers.
    @Override
    public void close() {
        parsers.close();
    }
}
