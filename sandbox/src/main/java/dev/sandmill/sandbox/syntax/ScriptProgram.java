package dev.sandmill.sandbox.syntax;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// All JavaScript and TypeScript files of a program together: what one stores, another may read.
final class ScriptProgram {
    private static final int MAX_PASSES = 40;
    private static final int MAX_NESTING = 3;

    private final Members members = new Members();
    private final TreeParser parser;

    ScriptProgram(TreeParser parser) {
        this.parser = parser;
    }

    private record File(List<SyntaxNode> nodes, ScriptEvaluation evaluation) {}

    List<UnitFacts> facts(List<SourceUnit> units) {
        List<File> files = new ArrayList<>();
        for (SourceUnit unit : units) {
            files.add(file(unit.nodes(), null));
        }
        settle(files);
        List<UnitFacts> facts = new ArrayList<>();
        for (int i = 0; i < units.size(); i++) {
            facts.add(new UnitFacts(units.get(i), facts(files.get(i), 0)));
        }
        return facts;
    }

    private File file(List<SyntaxNode> nodes, @Nullable ScriptEvaluation around) {
        return new File(nodes, new ScriptEvaluation(nodes, members, around));
    }

    private static void settle(List<File> files) {
        boolean learned = true;
        for (int pass = 0; learned && pass < MAX_PASSES; pass++) {
            learned = false;
            for (File file : files) {
                learned |= file.evaluation().pass();
            }
        }
    }

    private List<Fact> facts(File file, int depth) {
        return new ScriptFacts(file.evaluation(), (source, call, into) -> nested(source, call, into, file, depth + 1))
                .find(file.nodes());
    }

    private boolean nested(String source, SyntaxNode call, List<Fact> into, File around, int depth) {
        byte[] bytes = source.getBytes(StandardCharsets.UTF_8);
        if (depth > MAX_NESTING
                || !(parser.parse(Dialect.JAVASCRIPT, bytes) instanceof TreeParser.Parsed.Tree tree)
                || tree.broken()) {
            return false;
        }
        File file = file(tree.nodes(), around.evaluation());
        settle(List.of(file));
        facts(file, depth).forEach(fact -> into.add(fact.movedTo(call)));
        return true;
    }
}
