package dev.sandmill.sandbox.syntax;

import java.util.List;

/// What one file of a program does. Facts about code in a text stand at the place where that text is run.
public record UnitFacts(SourceUnit unit, List<Fact> facts) {
    public UnitFacts {
        facts = List.copyOf(facts);
    }
}
