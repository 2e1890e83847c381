package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Writes down the facts of one Python file once its names are resolved.
final class PythonFacts {
    /// What makes code of annotations that are texts.
    private static final Set<String> ANNOTATION_READERS = Set.of("get_type_hints", "eval_str", "get_annotations");

    private final PythonEvaluation evaluation;
    private final PythonImports imports;
    private final NestedCode nested;
    private final PythonDestinations destinations;
    private final PythonReflection reflection;
    private final List<Fact> facts = new ArrayList<>();
    private boolean usesDoctest;
    private boolean evaluatesAnnotations;

    /// Analyses code that stands in a text.
    interface NestedCode {
        /// Facts of the code, all at the place of the call; false where it cannot be analysed.
        boolean analyse(String source, SyntaxNode call, List<Fact> into);
    }

    PythonFacts(PythonEvaluation evaluation, PythonImports imports, NestedCode nested) {
        this.evaluation = evaluation;
        this.imports = imports;
        this.nested = nested;
        destinations = new PythonDestinations(evaluation);
        reflection = new PythonReflection(imports, nested, facts);
    }

    List<Fact> find(List<SyntaxNode> nodes) {
        usesDoctest = nodes.stream()
                .anyMatch(node -> (node.is("import_statement") || node.is("import_from_statement"))
                        && imports.loads(node).contains("doctest"));
        evaluatesAnnotations =
                nodes.stream().anyMatch(node -> node.is("identifier") && ANNOTATION_READERS.contains(node.text()));
        for (SyntaxNode node : nodes) {
            switch (node.kind()) {
                case "import_statement", "import_from_statement" -> {
                    imports.loads(node).forEach(module -> facts.add(new Fact.Import(module, node)));
                    imports.takes(node).forEach(path -> facts.add(new Fact.Use(path, node)));
                }
                case "identifier" -> {
                    if (PythonBindings.isRead(node)) {
                        uses(node);
                    }
                }
                case "attribute" -> {
                    if (!isSignature(node)) {
                        facts.add(new Fact.Member(PythonEvaluation.name(node.child("attribute")), node));
                    }
                    uses(node);
                }
                case "subscript" -> {
                    Value key = evaluation.value(node.child("subscript"));
                    key.texts()
                            .filter(text -> text.exact() && text.text().startsWith("__"))
                            .forEach(text -> facts.add(new Fact.Member(text.text(), node)));
                    reflection.entry(evaluation.value(node.child("value")), key, node);
                    uses(node);
                }
                case "call" -> call(node);
                case "parenthesized_expression",
                        "conditional_expression",
                        "boolean_operator",
                        "named_expression",
                        "assignment" -> handedOn(node);
                case "string" -> {
                    systemPath(node);
                    doctest(node);
                    annotation(node);
                }
                case "keyword_pattern" -> facts.add(new Fact.Member(PythonEvaluation.name(node.firstChild()), node));
                case "exec_statement" -> facts.add(new Fact.ComputedCode("builtins.exec", node));
                default -> {}
            }
        }
        return facts;
    }

    /// `f.__code__.co_argcount` and the like tell what a function looks like and change nothing.
    private static boolean isSignature(SyntaxNode node) {
        SyntaxNode parent = node.parent();
        if (parent == null
                || !parent.is("attribute")
                || !PythonEvaluation.name(node.child("attribute")).equals("__code__")) {
            return false;
        }
        return switch (PythonEvaluation.name(parent.child("attribute"))) {
            case "co_argcount",
                    "co_varnames",
                    "co_name",
                    "co_filename",
                    "co_firstlineno",
                    "co_kwonlyargcount",
                    "co_posonlyargcount",
                    "co_flags" -> true;
            default -> false;
        };
    }

    private void uses(SyntaxNode node) {
        if (!evaluation.value(node).mayBeOutside()) {
            return;
        }
        evaluation.value(node).outside().forEach(path -> {
            String plain = PythonModules.withoutGuess(path);
            if (!path.startsWith("~") || plain.indexOf('.') > 0) {
                facts.add(new Fact.Use(plain, node));
            }
        });
        handedOn(node);
    }

    private void handedOn(SyntaxNode node) {
        Value value = evaluation.value(node);
        if (value.mayBeOutside() && destinations.isHandedOn(node)) {
            for (String path : value.outside()) {
                if (!path.startsWith("~") && !path.endsWith(")") || path.equals("builtins.globals()")) {
                    facts.add(new Fact.HandedOn(path, node));
                }
            }
        }
    }

    private void call(SyntaxNode node) {
        PythonCalls.Arguments arguments = evaluation.calls().arguments(node);
        Value receiver = evaluation.calls().receiver(node);
        SyntaxNode function = node.child("function");
        for (String path : evaluation.value(function).outside()) {
            String plain = PythonModules.withoutGuess(path);
            facts.add(new Fact.Call(plain, receiver, arguments.positional(), arguments.named(), node));
            reflection.call(plain, arguments, node);
        }
        if (function != null && function.is("attribute")) {
            String method = PythonEvaluation.name(function.child("attribute"));
            facts.add(new Fact.Method(method, receiver, arguments.positional(), node));
            switch (method) {
                case "format", "format_map", "vformat" -> {
                    reflection.templateMembers(receiver, node);
                    reflection.templateMembers(arguments.at(0), node);
                }
                case "__getattribute__", "__getattr__", "__setattr__", "get_field" -> {
                    reflection.memberNames(arguments.at(0), node);
                    reflection.memberNames(arguments.at(1), node);
                }
                default -> {}
            }
        }
        uses(node);
    }

    private void systemPath(SyntaxNode string) {
        SyntaxNode call = PathTexts.call(string);
        Value callee = call == null ? Value.NOTHING : evaluation.value(call.child("function"));
        if (!evaluation.value(string).mayBeText() || !PathTexts.mayBeOpened(string, callee)) {
            return;
        }
        evaluation
                .value(string)
                .texts()
                .map(Item.Text::text)
                .filter(WorkspacePaths::isSystemPath)
                .forEach(path -> facts.add(new Fact.SystemPath(path, string)));
    }

    /// Examples in texts are code where `doctest` runs them.
    private void doctest(SyntaxNode string) {
        if (!usesDoctest || string.text().indexOf(">>>") < 0) {
            return;
        }
        StringBuilder code = new StringBuilder();
        for (String line : string.text().split("\n")) {
            String plain = line.strip();
            if (plain.startsWith(">>> ") || plain.startsWith("... ")) {
                code.append(plain.substring(4)).append('\n');
            } else if (plain.equals(">>>") || plain.equals("...")) {
                code.append('\n');
            }
        }
        if (!nested.analyse(code.toString(), string, facts)) {
            facts.add(new Fact.ComputedCode("doctest", string));
        }
    }

    /// `x: "code"` is run by what reads annotations; most are the name of a type, or no code at all.
    private void annotation(SyntaxNode string) {
        if (evaluatesAnnotations && string.parentIs("type")) {
            evaluation.value(string).texts().forEach(text -> nested.analyse(text.text(), string, facts));
        }
    }
}
