package dev.sandmill.sandbox.syntax;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// All Python files of a program together: what one stores, another may read.
final class PythonProgram {
    private static final int MAX_PASSES = 40;
    private static final int MAX_NESTING = 3;

    private final Members members = new Members();
    private final Set<String> localModules = new HashSet<>();
    private final TreeParser parser;

    PythonProgram(List<String> localFiles, TreeParser parser) {
        this.parser = parser;
        for (String path : localFiles) {
            String[] segments = path.split("/");
            for (String segment : segments) {
                localModules.add(segment.endsWith(".py") ? segment.substring(0, segment.length() - 3) : segment);
            }
        }
    }

    private record File(
            List<SyntaxNode> nodes, PythonNames names, PythonImports imports, PythonEvaluation evaluation) {}

    /// Facts of each unit in order; empty where its names could not be resolved within bounds.
    List<UnitFacts> facts(List<SourceUnit> units) {
        List<File> files = new ArrayList<>();
        for (SourceUnit unit : units) {
            files.add(file(unit.nodes(), null));
        }
        settle(files);
        List<UnitFacts> facts = new ArrayList<>();
        boolean ordersByIdentity =
                files.stream().anyMatch(file -> file.nodes().stream().anyMatch(PythonProgram::hashesByIdentity))
                        && files.stream().anyMatch(file -> file.nodes().stream().anyMatch(PythonProgram::isSet));
        for (int i = 0; i < units.size(); i++) {
            List<Fact> found = facts(files.get(i), 0);
            if (ordersByIdentity && !files.get(i).nodes().isEmpty()) {
                found.add(new Fact.Use("identity-hashing", files.get(i).nodes().getLast()));
            }
            facts.add(new UnitFacts(units.get(i), found));
        }
        return facts;
    }

    /// A class whose objects have their address as hash code: the order of a set of them is that of the day.
    private static boolean hashesByIdentity(SyntaxNode node) {
        SyntaxNode body = node.is("class_definition") ? node.child("body") : null;
        if (body == null || node.parentIs("decorated_definition")) {
            return false;
        }
        SyntaxNode bases = node.child("superclasses");
        boolean isPlain =
                bases == null || bases.children().isEmpty() || bases.text().equals("(object)");
        return isPlain && body.children().stream().noneMatch(PythonProgram::definesHash);
    }

    private static boolean definesHash(SyntaxNode statement) {
        SyntaxNode name = statement.child("name");
        return name != null && (name.text().equals("__hash__") || name.text().equals("__eq__"));
    }

    private static boolean isSet(SyntaxNode node) {
        return node.is("set")
                || node.is("set_comprehension")
                || node.is("identifier")
                        && (node.text().equals("set") || node.text().equals("frozenset"));
    }

    private File file(List<SyntaxNode> nodes, @Nullable PythonNames around) {
        PythonScopes scopes = new PythonScopes(nodes, null);
        PythonNames names = new PythonNames(nodes, scopes, members, around);
        PythonImports imports = new PythonImports(localModules, names, members);
        return new File(nodes, names, imports, new PythonEvaluation(nodes, scopes, names, members, imports));
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
        PythonFacts facts = new PythonFacts(
                file.evaluation(), file.imports(), (source, call, into) -> nested(source, call, into, file, depth + 1));
        return facts.find(file.nodes());
    }

    private boolean nested(String source, SyntaxNode call, List<Fact> into, File around, int depth) {
        if (depth > MAX_NESTING) {
            return false;
        }
        byte[] bytes = source.strip().getBytes(StandardCharsets.UTF_8);
        if (!(parser.parse(Dialect.PYTHON, bytes) instanceof TreeParser.Parsed.Tree tree) || tree.broken()) {
            return false;
        }
        File file = file(tree.nodes(), around.names());
        settle(List.of(file));
        for (Fact fact : facts(file, depth)) {
            into.add(fact.movedTo(call));
            if (fact instanceof Fact.Import(String module, SyntaxNode _)) {
                into.add(new Fact.HandedOn(module, call));
            }
        }
        return true;
    }
}
