package dev.sandmill.sandbox.validate;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import dev.sandmill.sandbox.syntax.Fact;
import dev.sandmill.sandbox.syntax.Item;
import dev.sandmill.sandbox.syntax.LineStarts;
import dev.sandmill.sandbox.syntax.SourceUnit;
import dev.sandmill.sandbox.syntax.SyntaxNode;
import dev.sandmill.sandbox.syntax.Value;
import dev.sandmill.sandbox.syntax.WorkspacePaths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Holds the facts of one file against the rules of one level.
final class RuleCheck {
    private static final Set<String> PATH_ARGUMENTS = Set.of(
            "file",
            "path",
            "name",
            "src",
            "dst",
            "filename",
            "fname",
            "database",
            "top",
            "pathname",
            "files",
            "dir",
            "filenames",
            "extract_dir",
            "root_dir",
            "base_dir");

    private final Policy policy;
    private final PolicyLevel level;
    private final SourceUnit unit;
    private final Policy.Level rules;
    private final Map<Place, String> messages = new HashMap<>();

    /// Names of facts of each kind that no rule is about; most names of a program are mentioned again and again.
    private final Map<Class<?>, Set<String>> harmless = new HashMap<>();

    /// Paths of the system's own files, which matter once the program opens a path that only the running program knows.
    private final List<Fact.SystemPath> systemPaths = new ArrayList<>();

    private boolean opensUnknown;

    private record Place(String rule, int offset) {}

    RuleCheck(Policy policy, PolicyLevel level, SourceUnit unit) {
        this.policy = policy;
        this.level = level;
        this.unit = unit;
        rules = policy.at(level);
    }

    /// The first violations of the file, at most one for each rule and place.
    List<Violation> check(List<Fact> facts, int limit) {
        for (Fact fact : facts) {
            String name = name(fact);
            if (name != null) {
                Set<String> known = harmless.computeIfAbsent(fact.getClass(), kind -> new HashSet<>());
                if (!known.contains(name) && !isFound(fact)) {
                    known.add(name);
                }
            }
            switch (fact) {
                case Fact.Import(String module, SyntaxNode at) -> allowList(module, at);
                case Fact.Call call -> files(call);
                case Fact.HandedOn(String path, SyntaxNode _) ->
                    opensUnknown |= policy.fileFunctions().hasNameOrBeginning(path);
                case Fact.SystemPath path -> systemPaths.add(path);
                case Fact.Use _, Fact.Member _, Fact.Method _, Fact.ComputedMember _, Fact.ComputedCode _ -> {}
            }
        }
        if (opensUnknown) {
            systemPaths.forEach(path -> outside(new Item.Text(path.path(), true), path.at()));
        }
        if (messages.isEmpty()) {
            return List.of();
        }
        LineStarts lines = new LineStarts(unit.source());
        return messages.entrySet().stream()
                .sorted(Comparator.<Map.Entry<Place, String>>comparingInt(
                                found -> found.getKey().offset())
                        .thenComparing(found -> found.getKey().rule()))
                .limit(limit)
                .map(found ->
                        unit.violationAt(found.getKey().offset(), found.getKey().rule(), found.getValue(), lines))
                .toList();
    }

    /// What the fact says, where that is all that rules ask of it.
    private static @Nullable String name(Fact fact) {
        return switch (fact) {
            case Fact.Import(String module, SyntaxNode _) -> module;
            case Fact.Use(String path, SyntaxNode _) -> path;
            case Fact.Member(String name, SyntaxNode _) -> name;
            case Fact.HandedOn(String path, SyntaxNode _) -> path;
            case Fact.ComputedMember(String path, SyntaxNode _) -> path;
            case Fact.ComputedCode(String path, SyntaxNode _) -> path;
            case Fact.Call _, Fact.Method _, Fact.SystemPath _ -> null;
        };
    }

    private boolean isFound(Fact fact) {
        if (found(rules.any(), fact) == null) {
            return false;
        }
        boolean isFound = false;
        for (RuleMatcher matcher : rules.rules()) {
            String found = found(matcher, fact);
            if (found != null) {
                isFound = true;
                add(
                        fact.at(),
                        matcher.rule().rule(),
                        "`" + found + "` " + matcher.rule().because());
            }
        }
        return isFound;
    }

    private static @Nullable String found(RuleMatcher matcher, Fact fact) {
        return switch (fact) {
            case Fact.Import(String module, var at) ->
                matcher.imports().covers(module) || matcher.uses().covers(module) ? module : null;
            case Fact.Use(String path, var at) ->
                matcher.uses().covers(path) || matcher.imports().covers(path) ? path : null;
            case Fact.Member(String name, var at) -> matcher.members().contains(name) ? name : null;
            case Fact.HandedOn(String path, var at) -> matcher.handedOn().contains(path) ? path : null;
            case Fact.ComputedMember(String path, var at) -> matcher.computed().contains(path) ? path : null;
            case Fact.ComputedCode(String path, var at) -> matcher.rule().computedCode() ? path : null;
            case Fact.Call _, Fact.Method _, Fact.SystemPath _ -> null;
        };
    }

    private void allowList(String module, SyntaxNode at) {
        int dot = module.indexOf('.');
        String top = dot < 0 ? module : module.substring(0, dot);
        if (level == PolicyLevel.STRICT && !policy.allowedImports().contains(top)) {
            add(at, policy.language() + "/import", "`" + module + "` is not among the modules that strict allows");
        }
    }

    private void files(Fact.Call call) {
        if (!policy.fileFunctions().hasNameOrBeginning(call.path())) {
            return;
        }
        if (call.path().equals("require.local")) {
            call.arguments()
                    .getFirst()
                    .texts()
                    .map(text -> new Item.Text(fromHere(text.text()), text.exact()))
                    .filter(WorkspacePaths::isOutside)
                    .forEach(text -> outside(text, call.at()));
            return;
        }
        Value opened =
                call.arguments().isEmpty() ? Value.NOTHING : call.arguments().getFirst();
        opensUnknown |= !opened.isExactText();
        path(call.receiver(), call.at());
        call.arguments().stream()
                .limit(policy.pairFunctions().contains(call.path()) ? 2 : 1)
                .forEach(argument -> path(argument, call.at()));
        call.named().forEach((name, argument) -> {
            if (PATH_ARGUMENTS.contains(name)) {
                path(argument, call.at());
            }
        });
        if (level == PolicyLevel.STRICT
                && !call.arguments().isEmpty()
                && !call.arguments().getFirst().isExactText()) {
            add(
                    call.at(),
                    policy.language() + "/files",
                    "`" + call.path() + "` takes a path that is only known when it runs");
        }
    }

    private void path(Value value, SyntaxNode at) {
        value.texts().filter(WorkspacePaths::isOutside).findFirst().ifPresent(text -> outside(text, at));
        for (Item item : value.items()) {
            if (item instanceof Item.Sequence(List<Value> elements)) {
                elements.stream()
                        .flatMap(Value::texts)
                        .filter(WorkspacePaths::isOutside)
                        .findFirst()
                        .ifPresent(text -> outside(text, at));
            }
        }
    }

    private void outside(Item.Text text, SyntaxNode at) {
        add(
                at,
                policy.language() + "/outside-files",
                "the path `" + shortened(text.text()) + "` leads outside of the workspace");
    }

    /// Imports are relative to the file that they stand in.
    private String fromHere(String path) {
        int slash = unit.path().lastIndexOf('/');
        return path.startsWith(".") && slash >= 0 ? unit.path().substring(0, slash + 1) + path : path;
    }

    private static String shortened(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    private void add(SyntaxNode at, String rule, String message) {
        messages.merge(new Place(rule, at.start()), message, RuleCheck::moreSpecific);
    }

    /// `socket.socket` says more than `socket`, and what is called more than the result of the call.
    private static String moreSpecific(String one, String other) {
        boolean oneIsResult = one.contains("()");
        if (oneIsResult != other.contains("()")) {
            return oneIsResult ? other : one;
        }
        return other.length() > one.length() ? other : one;
    }
}
