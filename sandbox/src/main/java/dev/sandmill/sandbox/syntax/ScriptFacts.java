package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes down the facts of one JavaScript or TypeScript file once its names are resolved.
final class ScriptFacts {
    /// What a specifier names that is no file of source.
    private static final Pattern NO_SOURCE =
            Pattern.compile("(data|https?|blob):.*|#.*|.*\\.(txt|csv|tsv|dat|log|bin|md|html|xml|ya?ml|png|jpg)");

    private final ScriptEvaluation evaluation;
    private final PythonFacts.NestedCode nested;
    private final ScriptDestinations destinations;
    private final List<Fact> facts = new ArrayList<>();

    ScriptFacts(ScriptEvaluation evaluation, PythonFacts.NestedCode nested) {
        this.evaluation = evaluation;
        this.nested = nested;
        destinations = new ScriptDestinations(evaluation);
    }

    List<Fact> find(List<SyntaxNode> nodes) {
        for (SyntaxNode node : nodes) {
            switch (node.kind()) {
                case "import_statement", "export_statement", "import_require_clause" -> {
                    if (node.child("source") != null && !ScriptImports.isErased(node)) {
                        load(evaluation.value(node.child("source")), "import", node);
                        imported(node);
                    }
                }
                case "identifier", "shorthand_property_identifier" -> {
                    if (ScriptBindings.isRead(node) && !isAskedFor(node)) {
                        uses(node);
                    }
                }
                case "member_expression" -> {
                    facts.add(new Fact.Member(ScriptText.name(node.child("property")), node));
                    uses(node);
                }
                case "subscript_expression" -> {
                    entry(evaluation.value(node.child("object")), evaluation.value(node.child("index")), node);
                    uses(node);
                }
                case "parenthesized_expression",
                        "ternary_expression",
                        "binary_expression",
                        "sequence_expression",
                        "await_expression",
                        "as_expression",
                        "satisfies_expression",
                        "non_null_expression" -> handedOn(node);
                case "variable_declarator" -> destructured(node.child("name"), evaluation.value(node.child("value")));
                case "assignment_expression" -> {
                    destructured(node.child("left"), evaluation.value(node.child("right")));
                    handedOn(node);
                }
                case "call_expression", "new_expression" -> call(node);
                case "string", "template_string" -> text(node);
                case "pair", "method_definition" -> {
                    SyntaxNode key = node.child("key") == null ? node.child("name") : node.child("key");
                    if (key != null && isTelling(ScriptText.name(key))) {
                        facts.add(new Fact.Member(ScriptText.name(key), key));
                    }
                }
                case "html_comment" -> facts.add(new Fact.ComputedCode("<!--", node));
                default -> {}
            }
        }
        timers();
        return facts;
    }

    /// Which of two timers, or of a timer and what else waits, comes first is a matter of the day.
    private void timers() {
        List<Fact> timers = facts.stream()
                .filter(fact -> fact instanceof Fact.Call(String path, var receiver, var arguments, var named, var at)
                        && (path.equals("setTimeout")
                                || path.equals("setImmediate")
                                || path.equals("timers.setTimeout")))
                .toList();
        if (timers.size() > 1) {
            facts.add(new Fact.Use("timer-order", timers.getLast().at()));
        }
    }

    private void imported(SyntaxNode statement) {
        Value module = evaluation.module(evaluation.value(statement.child("source")));
        for (SyntaxNode clause : statement.children()) {
            for (SyntaxNode part : clause.children()) {
                for (SyntaxNode specifier : part.children()) {
                    if (specifier.is("import_specifier")) {
                        member(module, ScriptText.name(specifier.child("name")), specifier);
                    }
                }
                if (part.is("export_specifier")) {
                    member(module, ScriptText.name(part.child("name")), part);
                }
            }
        }
    }

    private void member(Value object, String name, SyntaxNode at) {
        facts.add(new Fact.Member(name, at));
        evaluation
                .attribute(object, name)
                .outsidePaths()
                .filter(path -> !path.startsWith("~"))
                .forEach(path -> facts.add(new Fact.Use(path, at)));
    }

    private void destructured(@Nullable SyntaxNode pattern, Value value) {
        if (pattern == null || !pattern.is("object_pattern")) {
            return;
        }
        for (SyntaxNode part : pattern.children()) {
            switch (part.kind()) {
                case "pair_pattern" -> {
                    SyntaxNode key = part.child("key");
                    if (key != null && key.is("computed_property_name")) {
                        entry(value, evaluation.value(key.firstChild()), part);
                    } else {
                        member(value, ScriptText.name(key), part);
                        destructured(part.child("value"), evaluation.attribute(value, ScriptText.name(key)));
                    }
                }
                case "shorthand_property_identifier_pattern" -> member(value, ScriptText.name(part), part);
                case "object_assignment_pattern" -> member(value, ScriptText.name(part.child("left")), part);
                case "rest_pattern" -> value.outside().forEach(path -> facts.add(new Fact.HandedOn(path, part)));
                default -> {}
            }
        }
    }

    /// `typeof fetch` asks whether there is one and uses nothing.
    private static boolean isAskedFor(SyntaxNode node) {
        SyntaxNode parent = node.parent();
        SyntaxNode operator = parent == null ? null : parent.child("operator");
        return parent != null
                && parent.is("unary_expression")
                && operator != null
                && operator.text().equals("typeof");
    }

    /// Names that no program spells by chance, wherever they stand.
    private static boolean isTelling(String name) {
        return switch (name) {
            case "prepareStackTrace",
                    "createRequire",
                    "runInThisContext",
                    "runInNewContext",
                    "getBuiltinModule",
                    "_linkedBinding",
                    "internalBinding",
                    "dlopen" -> true;
            default -> false;
        };
    }

    private boolean mayBeOpened(SyntaxNode literal) {
        SyntaxNode call = PathTexts.call(literal);
        Value callee = call == null ? Value.NOTHING : evaluation.value(ScriptCalls.function(call));
        return PathTexts.mayBeOpened(literal, callee);
    }

    private void text(SyntaxNode node) {
        evaluation
                .value(node)
                .texts()
                .filter(Item.Text::exact)
                .map(Item.Text::text)
                .forEach(text -> {
                    if (isTelling(text)) {
                        facts.add(new Fact.Member(text, node));
                    } else if (WorkspacePaths.isSystemPath(text) && mayBeOpened(node)) {
                        facts.add(new Fact.SystemPath(text, node));
                    }
                });
    }

    private void uses(SyntaxNode node) {
        if (!evaluation.value(node).mayBeOutside()) {
            return;
        }
        evaluation.value(node).outside().forEach(path -> {
            String plain = ScriptModules.withoutGuess(path);
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
                if (!path.startsWith("~") && !path.endsWith(")")) {
                    facts.add(new Fact.HandedOn(path, node));
                }
            }
        }
    }

    private void call(SyntaxNode node) {
        List<Value> arguments = evaluation.calls().arguments(node);
        Value receiver = evaluation.calls().receiver(node);
        SyntaxNode function = ScriptCalls.function(node);
        for (String path : evaluation.value(function).outside()) {
            facts.add(new Fact.Call(ScriptModules.withoutGuess(path), receiver, arguments, Map.of(), node));
            code(path, arguments, node);
        }
        String method = evaluation.calls().method(node);
        if (!method.isEmpty()) {
            facts.add(new Fact.Method(method, receiver, arguments, node));
        }
        uses(node);
    }

    private void code(String path, List<Value> arguments, SyntaxNode node) {
        Value first = arguments.isEmpty() ? Value.UNKNOWN : arguments.getFirst();
        switch (path) {
            case "require", "import", "process.getBuiltinModule", "module.require", "require.main.require" ->
                load(first, path, node);
            case "eval" -> {
                if (!first.isExactText() || !first.texts().allMatch(text -> nested.analyse(text.text(), node, facts))) {
                    facts.add(new Fact.ComputedCode(path, node));
                }
            }
            case "Worker", "worker_threads.Worker" -> worker(first, arguments, path, node);
            case "Function", "Function.call", "Function.apply", "Function.bind", "Reflect.construct" ->
                facts.add(new Fact.ComputedCode(path, node));
            case "setTimeout", "setInterval", "setImmediate", "timers.setTimeout", "timers.setInterval" -> {
                if (first.mayBeText()) {
                    facts.add(new Fact.ComputedCode(path, node));
                }
            }
            case "~constructor" -> {
                SyntaxNode function = ScriptCalls.function(node);
                SyntaxNode object = function == null ? null : function.child("object");
                boolean own = object != null && (object.is("this") || object.is("super"));
                boolean text = arguments.stream().anyMatch(argument -> argument.mayBeText());
                boolean calledAtOnce = "function".equals(node.field());
                if (!own && (text || calledAtOnce)) {
                    facts.add(new Fact.ComputedCode("constructor", node));
                }
            }
            case "Reflect.get", "Object.getOwnPropertyDescriptor", "Reflect.getOwnPropertyDescriptor" -> {
                if (arguments.size() > 1) {
                    entry(first, arguments.get(1), node);
                }
            }
            default -> {}
        }
    }

    /// A worker whose code is a file of the program, or a text that only the running program knows.
    private void worker(Value source, List<Value> arguments, String path, SyntaxNode node) {
        SyntaxNode list = node.child("arguments");
        boolean evaluates = list != null
                && list.children().stream()
                        .flatMap(argument -> argument.children().stream())
                        .anyMatch(option -> option.is("pair")
                                && ScriptText.name(option.child("key")).equals("eval"));
        boolean isFile = source.texts().allMatch(text -> ScriptModules.isLocal(text.text()));
        if (evaluates || !isFile || arguments.isEmpty()) {
            facts.add(new Fact.ComputedCode(path, node));
        }
    }

    private void load(Value specifier, String path, SyntaxNode node) {
        if (!specifier.isExactText()) {
            facts.add(new Fact.ComputedCode(path, node));
            return;
        }
        specifier.texts().map(Item.Text::text).forEach(name -> {
            if (name.endsWith(".node")) {
                facts.add(new Fact.Import("native-addon", node));
            } else if (NO_SOURCE.matcher(name).matches()) {
                facts.add(new Fact.ComputedCode(path, node));
            } else if (!ScriptModules.isLocal(name)) {
                facts.add(new Fact.Import(ScriptModules.module(name), node));
            } else {
                facts.add(new Fact.Call("require.local", Value.UNKNOWN, List.of(Value.text(name)), Map.of(), node));
            }
        });
    }

    private void entry(Value object, Value key, SyntaxNode node) {
        key.texts().forEach(text -> facts.add(new Fact.Member(text.exact() ? text.text() : text.text() + "*", node)));
        if (!key.isExactText()) {
            object.outsidePaths()
                    .filter(path -> !path.startsWith("~"))
                    .forEach(path -> facts.add(new Fact.ComputedMember(path, node)));
        }
    }
}
