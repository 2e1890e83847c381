package dev.sandmill.sandbox.determinism;

import dev.sandmill.sandbox.syntax.ProgramSyntax;
import dev.sandmill.sandbox.syntax.SourceUnit;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Judges whether a program gives the same result each time it is given the same input. Errs on the side of no: what
/// is not known to be pure is a reason. Thread-safe.
public final class Determinism {
    /// The judgement.
    ///
    /// @param reasons sorted, without repeats: `time`, `randomness`, `environment`, `identity`, `hash-order`,
    ///     `threads`, `outside-files`, `network`, `dynamic-code`, `unknown-import:NAME`, `unchecked`
    public record Verdict(List<String> reasons) {
        public Verdict {
            reasons = List.copyOf(reasons);
        }

        public boolean deterministic() {
            return reasons.isEmpty();
        }
    }

    public Verdict judge(ProgramSyntax program) {
        SortedSet<String> reasons = new TreeSet<>();
        if (!program.refusals().isEmpty() || !program.dialect().isResolved()) {
            reasons.add("unchecked");
        }
        for (SourceUnit unit : program.units()) {
            if (unit.broken() || !unit.dialect().isResolved()) {
                reasons.add("unchecked");
            }
        }
        return new Verdict(List.copyOf(reasons));
    }
}
