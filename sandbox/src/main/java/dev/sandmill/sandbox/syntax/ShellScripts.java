package dev.sandmill.sandbox.syntax;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The texts that one program's scripts run as code of their own, each read once however often it stands there: a trap,
/// a
/// loop's command, a substitution. For one thread.
final class ShellScripts {
    private static final int MAX_NESTING = 3;

    private final TreeParser parser;
    private final Map<Script, Optional<List<Fact>>> known = new HashMap<>();

    ShellScripts(TreeParser parser) {
        this.parser = parser;
    }

    /// @param depth how many texts of code are around it: those in it may be a level less deep
    private record Script(String code, int depth) {}

    /// What such a text does; empty where it cannot be read.
    ///
    /// @param depth how many texts of code are around the one that runs it
    Optional<List<Fact>> facts(String code, int depth) {
        if (depth >= MAX_NESTING) {
            return Optional.empty();
        }
        Script script = new Script(code, depth);
        Optional<List<Fact>> facts = known.get(script);
        if (facts == null) {
            facts = read(code, depth);
            known.put(script, facts);
        }
        return facts;
    }

    private Optional<List<Fact>> read(String code, int depth) {
        return parser.parse(Dialect.BASH, code.getBytes(StandardCharsets.UTF_8)) instanceof TreeParser.Parsed.Tree tree
                ? Optional.of(ShellFacts.of(tree.nodes(), this, depth + 1))
                : Optional.empty();
    }
}
