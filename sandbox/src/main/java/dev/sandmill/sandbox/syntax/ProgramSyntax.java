package dev.sandmill.sandbox.syntax;

import dev.sandmill.api.Violation;
import java.util.List;

/// A program after its one parse.
///
/// @param dialect of the main file
/// @param units the source files; data files are not among them
/// @param localFiles the path of every file, data included
/// @param facts what the units do, one entry for each unit of a dialect that is resolved
/// @param refusals what could not be read: encoding, size, nesting. Not empty means that the units are incomplete.
public record ProgramSyntax(
        Dialect dialect,
        List<SourceUnit> units,
        List<String> localFiles,
        List<UnitFacts> facts,
        List<Violation> refusals) {
    public ProgramSyntax {
        units = List.copyOf(units);
        localFiles = List.copyOf(localFiles);
        facts = List.copyOf(facts);
        refusals = List.copyOf(refusals);
    }
}
