package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes down the facts of one Python file once its names are resolved.
final class PythonFacts {
    /// Fields of a format template that reach into their argument: `{0.__class__}`, `{x[key].y}`.
    private static final Pattern TEMPLATE_MEMBER = Pattern.compile("\\.([A-Za-z_]\\w{0,60})");
    /// What makes code of annotations that are texts.
    private static final Set<String> ANNOTATION_READERS = Set.of("get_type_hints", "eval_str", "get_annotations");

    private static final Pattern TEMPLATE_FIELD = Pattern.compile("\\{([^{}]{1,400})");

    private final PythonEvaluation evaluation;
    private final PythonImports imports;
    private final NestedCode nested;
    private final PythonDestinations destinations;
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
                    entry(evaluation.value(node.child("value")), key, node);
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
            reflection(plain, arguments, node);
        }
        if (function != null && function.is("attribute")) {
            String method = PythonEvaluation.name(function.child("attribute"));
            facts.add(new Fact.Method(method, receiver, arguments.positional(), node));
            switch (method) {
                case "format", "format_map", "vformat" -> {
                    templateMembers(receiver, node);
                    templateMembers(arguments.at(0), node);
                }
                case "__getattribute__", "__getattr__", "__setattr__", "get_field" -> {
                    memberNames(arguments.at(0), node);
                    memberNames(arguments.at(1), node);
                }
                default -> {}
            }
        }
        uses(node);
    }

    private void reflection(String path, PythonCalls.Arguments arguments, SyntaxNode node) {
        Value first = arguments.at(0);
        switch (path) {
            case "builtins.getattr", "builtins.setattr", "builtins.delattr", "inspect.getattr_static" -> {
                memberNames(arguments.at(1), node);
                if (!arguments.at(1).isExactText()) {
                    first.outsidePaths()
                            .filter(taken -> !taken.endsWith("()"))
                            .forEach(taken -> facts.add(new Fact.ComputedMember(taken, node)));
                }
            }
            case "operator.attrgetter", "operator.methodcaller" -> {
                for (Value names : arguments.positional()) {
                    memberNames(names, node);
                    modulesIn(names, node);
                }
            }
            case "builtins.__import__", "importlib.import_module", "importlib.__import__", "pkgutil.resolve_name" -> {
                if (first.isExactText()) {
                    first.texts()
                            .map(Item.Text::text)
                            .filter(module -> !imports.isLocal(module))
                            .forEach(module -> facts.add(new Fact.Import(PythonModules.canonical(module), node)));
                } else {
                    facts.add(new Fact.ComputedCode(path, node));
                }
            }
            case "builtins.eval",
                    "builtins.exec",
                    "builtins.compile",
                    "timeit.timeit",
                    "timeit.repeat",
                    "timeit.Timer",
                    "doctest.run_docstring_examples",
                    "cProfile.run",
                    "profile.run" -> {
                boolean timed = path.startsWith("timeit");
                code(path, arguments.at(0, timed ? "stmt" : "source"), node);
                if (timed) {
                    code(path, arguments.at(1, "setup"), node);
                }
            }
            case "pickle.loads", "pickle.load", "pickle.Unpickler" -> {
                if (first.mayBeText()) {
                    facts.add(new Fact.ComputedCode(path, node));
                }
            }
            case "os.putenv" -> sets(first, node);
            case "os.environ.update" -> arguments.named().keySet().forEach(name -> sets(Value.text(name), node));
            default -> {
                int dot = path.lastIndexOf('.');
                if (dot > 0
                        && (path.endsWith(".get")
                                || path.endsWith(".__getitem__")
                                || path.endsWith(".pop")
                                || path.endsWith(".setdefault"))) {
                    entry(Value.outside(path.substring(0, dot)), first, node);
                }
            }
        }
    }

    private void code(String path, Value source, SyntaxNode node) {
        boolean mayBeFunction = !path.startsWith("builtins")
                && !source.mayBeText()
                && source.outsidePaths().noneMatch(PythonFacts::isInput);
        boolean compiledBefore = source.isOnlyOutside("builtins.compile()"::equals);
        if (mayBeFunction || compiledBefore) {
            return;
        }
        if (!source.isExactText() || !source.texts().allMatch(text -> nested.analyse(text.text(), node, facts))) {
            facts.add(new Fact.ComputedCode(path, node));
        }
    }

    private static boolean isInput(String path) {
        return path.equals("builtins.input()")
                || path.endsWith(".read()")
                || path.endsWith(".readline()")
                || path.endsWith(".decode()");
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

    private void entry(Value object, Value key, SyntaxNode node) {
        if (object.outside().contains("os.environ") && isSet(node)) {
            sets(key, node);
        }
        if (!key.isExactText()) {
            object.outsidePaths()
                    .filter(PythonSubscripts::isNamespace)
                    .forEach(path -> facts.add(new Fact.ComputedMember(path, node)));
        }
    }

    /// Variables of the environment name programs that libraries start.
    private void sets(Value variable, SyntaxNode node) {
        variable.texts().forEach(name -> facts.add(new Fact.Use("os.environ." + name.text(), node)));
    }

    /// Whether an entry is written and not read.
    private static boolean isSet(SyntaxNode node) {
        SyntaxNode function = node.child("function");
        return "left".equals(node.field()) && node.parentIs("assignment")
                || function != null
                        && PythonEvaluation.name(function.child("attribute")).equals("setdefault");
    }

    /// `attrgetter("_os.system")` of any module is that of the module in it.
    private void modulesIn(Value names, SyntaxNode node) {
        names.texts().map(Item.Text::text).forEach(path -> {
            String[] parts = path.split("\\.", 20);
            for (int i = 0; i + 1 < parts.length; i++) {
                if (PythonModules.isGuessed(parts[i])) {
                    facts.add(new Fact.Use(
                            (parts[i].startsWith("_") ? parts[i].substring(1) : parts[i]) + "." + parts[i + 1], node));
                }
            }
        });
    }

    private void memberNames(Value names, SyntaxNode node) {
        names.texts().forEach(text -> {
            for (String name : text.text().split("\\.", 20)) {
                if (!name.isEmpty()) {
                    facts.add(new Fact.Member(
                            text.exact() || name.length() < text.text().length() ? name : name + "*", node));
                }
            }
        });
    }

    private void templateMembers(Value template, SyntaxNode node) {
        template.texts().forEach(text -> {
            Matcher fields = TEMPLATE_FIELD.matcher(text.text());
            while (fields.find()) {
                Matcher members = TEMPLATE_MEMBER.matcher(fields.group(1));
                while (members.find()) {
                    facts.add(new Fact.Member(members.group(1), node));
                }
            }
        });
    }
}
