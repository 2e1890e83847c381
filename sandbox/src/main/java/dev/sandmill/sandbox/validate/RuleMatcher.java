package dev.sandmill.sandbox.validate;

import dev.sandmill.sandbox.syntax.NamePatterns;

/// A rule with its names ready to look up.
record RuleMatcher(
        Rule rule,
        NamePatterns imports,
        NamePatterns uses,
        NamePatterns members,
        NamePatterns handedOn,
        NamePatterns computed) {

    static RuleMatcher of(Rule rule) {
        return new RuleMatcher(
                rule,
                new NamePatterns(rule.imports()),
                new NamePatterns(rule.uses()),
                new NamePatterns(rule.members()),
                new NamePatterns(rule.handedOn()),
                new NamePatterns(rule.computed()));
    }
}
