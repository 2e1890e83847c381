package dev.sandmill.sandbox.validate;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import dev.sandmill.sandbox.syntax.Dialect;
import dev.sandmill.sandbox.syntax.ProgramSyntax;
import dev.sandmill.sandbox.syntax.UnitFacts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Says what a policy refuses in a program, with line numbers. Thread-safe.
///
/// A filter that saves containers and explains itself early, **never the boundary**: a program that it misses meets
/// the container. Python, JavaScript, TypeScript, Java and Bash are checked by rules; programs in other languages for
/// encoding and size only. Code that the grammar does not know is not refused for that: rules look inside broken parts
/// as well, and
/// the interpreter says best what is wrong with them.
public final class SourceValidator {
    /// The most violations that are listed; the first are enough to know what to change.
    private static final int MAX_VIOLATIONS = 50;

    /// Raised when the code of a rule changes; its data is in the version by itself.
    private static final int ENGINE = 6;

    private final Policy python = Policy.load("python");
    private final Policy script = Policy.load("javascript");
    private final Policy java = Policy.load("java");
    private final Policy bash = Policy.load("bash");

    /// Changes whenever a rule does: results that were cached under another policy are not found any more.
    public String policyVersion() {
        return ENGINE + "-" + python.fingerprint() + "-" + script.fingerprint() + "-" + java.fingerprint() + "-"
                + bash.fingerprint();
    }

    private Policy policy(Dialect dialect) {
        return switch (dialect) {
            case PYTHON -> python;
            case JAVASCRIPT, TYPESCRIPT -> script;
            case JAVA -> java;
            case BASH -> bash;
            case OTHER -> throw new IllegalArgumentException("programs in other languages have no facts");
        };
    }

    /// @return nothing where the program may run; always nothing at `OFF`
    public List<Violation> check(ProgramSyntax program, PolicyLevel level) {
        if (level == PolicyLevel.OFF) {
            return List.of();
        }
        List<Violation> violations = new ArrayList<>(program.refusals());
        for (UnitFacts unit : program.facts()) {
            violations.addAll(new RuleCheck(policy(unit.unit().dialect()), level, unit.unit())
                    .check(unit.facts(), MAX_VIOLATIONS));
        }
        return violations.stream()
                .distinct()
                .sorted(Comparator.comparing(Violation::path)
                        .thenComparing(Violation::line)
                        .thenComparing(Violation::column))
                .limit(MAX_VIOLATIONS)
                .toList();
    }
}
