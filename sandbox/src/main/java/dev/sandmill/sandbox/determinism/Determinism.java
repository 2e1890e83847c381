package dev.sandmill.sandbox.determinism;

import dev.sandmill.sandbox.syntax.Fact;
import dev.sandmill.sandbox.syntax.ProgramSyntax;
import dev.sandmill.sandbox.syntax.SourceUnit;
import dev.sandmill.sandbox.syntax.SyntaxNode;
import dev.sandmill.sandbox.syntax.UnitFacts;
import dev.sandmill.sandbox.syntax.Value;
import dev.sandmill.sandbox.syntax.WorkspacePaths;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// Judges whether a program gives the same result each time it is given the same input. Errs on the side of no: what
/// is not known to be pure is a reason. Thread-safe.
///
/// Counts on a sandbox that fixes hash seeds, time zone and locale. Does not see a memory address that a program prints
/// through the default `repr` of an object or function, the order of a set of such objects, or a result that depends on
/// how close to its limits a program runs; running a fraction of the programs again is for those.
public final class Determinism {
    private static final int MAX_REASONS = 20;

    private final Purity python = Purity.load("python");
    private final Purity script = Purity.load("javascript");
    private final Purity java = Purity.load("java");

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
        for (UnitFacts unit : program.facts()) {
            Purity purity = switch (unit.unit().dialect()) {
                case PYTHON -> python;
                case JAVASCRIPT, TYPESCRIPT -> script;
                case JAVA -> java;
                case BASH, OTHER -> null;
            };
            if (purity == null) {
                continue;
            }
            Set<String> used = new HashSet<>();
            Set<String> taken = new HashSet<>();
            Set<String> handedOn = new HashSet<>();
            for (Fact fact : unit.facts()) {
                boolean isNew = switch (fact) {
                    case Fact.Use(String path, SyntaxNode _) -> used.add(path);
                    case Fact.Member(String name, SyntaxNode _) -> taken.add(name);
                    case Fact.HandedOn(String path, SyntaxNode _) -> handedOn.add(path);
                    default -> true;
                };
                if (isNew) {
                    reason(fact, purity).ifPresent(reasons::add);
                }
            }
        }
        return new Verdict(reasons.stream().limit(MAX_REASONS).toList());
    }

    private static Optional<String> reason(Fact fact, Purity purity) {
        return switch (fact) {
            case Fact.Import(String module, SyntaxNode _) -> purity.reason(module);
            case Fact.Use(String path, SyntaxNode _) -> purity.reason(path);
            case Fact.Member(String name, SyntaxNode _) -> purity.memberReason(name);
            case Fact.HandedOn(String path, SyntaxNode _) when path.equals("Date") -> Optional.of("time");
            case Fact.HandedOn(String path, SyntaxNode _) ->
                purity.handedOn().contains(path) ? Optional.of("dynamic-code") : Optional.empty();
            case Fact.ComputedMember(String path, SyntaxNode _) ->
                purity.handedOn().contains(path) ? Optional.of("dynamic-code") : Optional.empty();
            case Fact.ComputedCode _ -> Optional.of("dynamic-code");
            case Fact.Call call -> callReason(call, purity);
            case Fact.Method _, Fact.SystemPath _ -> Optional.empty();
        };
    }

    private static Optional<String> callReason(Fact.Call call, Purity purity) {
        if (call.path().equals("Date")
                && (call.arguments().isEmpty() || call.at().is("call_expression"))) {
            return Optional.of("time");
        }
        if (!purity.fileFunctions().hasNameOrBeginning(call.path())) {
            return Optional.empty();
        }
        List<Value> paths = new ArrayList<>();
        boolean ofPath = call.path().startsWith("pathlib.");
        if (ofPath) {
            paths.add(call.receiver());
        } else if (!call.arguments().isEmpty()) {
            paths.add(call.arguments().getFirst());
        } else {
            paths.addAll(call.named().values());
        }
        boolean known = !paths.isEmpty() && paths.stream().allMatch(Determinism::isKnownInside);
        return known ? Optional.empty() : Optional.of("outside-files");
    }

    /// Standard input by its number is inside as well.
    private static boolean isKnownInside(Value path) {
        return !path.open()
                && path.texts().allMatch(text -> text.exact() && !WorkspacePaths.isOutside(text))
                && path.outsidePaths().allMatch(outside -> outside.startsWith("pathlib."));
    }
}
