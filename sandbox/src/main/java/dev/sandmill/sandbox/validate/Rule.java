package dev.sandmill.sandbox.validate;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// One thing that a level refuses, as data.
///
/// @param rule the stable name
/// @param level `standard` or `strict`
/// @param because ends the sentence that begins with what was found
/// @param imports modules that may not be loaded; a name covers everything below it
/// @param uses names from outside that may not be mentioned; `*` at the end covers every name that begins so
/// @param members names that may not be taken from anything at all; `*` at the end is a name whose end is computed
/// @param handedOn what may not go where it cannot be followed
/// @param computed what members may not be taken from by a computed name
/// @param computedCode whether code known only when it runs is refused
record Rule(
        String rule,
        String level,
        String because,
        List<String> imports,
        List<String> uses,
        List<String> members,
        List<String> handedOn,
        List<String> computed,
        boolean computedCode) {
    Rule {
        imports = copy(imports);
        uses = copy(uses);
        members = copy(members);
        handedOn = copy(handedOn);
        computed = copy(computed);
    }

    /// A rule that is about all that one of these is about.
    static Rule any(List<Rule> rules) {
        return new Rule(
                "any",
                "strict",
                "",
                all(rules, Rule::imports),
                all(rules, Rule::uses),
                all(rules, Rule::members),
                all(rules, Rule::handedOn),
                all(rules, Rule::computed),
                rules.stream().anyMatch(Rule::computedCode));
    }

    private static List<String> all(List<Rule> rules, Function<Rule, List<String>> names) {
        return rules.stream().map(names).flatMap(List::stream).toList();
    }

    private static List<String> copy(@Nullable List<String> names) {
        return names == null ? List.of() : List.copyOf(names);
    }
}
