package dev.sandmill.sandbox.syntax;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What Python does by name: members, modules and entries named by texts, and code that stands in texts.
final class PythonReflection {
    /// Fields of a format template that reach into their argument: `{0.__class__}`, `{x[key].y}`.
    private static final Pattern TEMPLATE_MEMBER = Pattern.compile("\\.([A-Za-z_]\\w{0,60})");
    private static final Pattern TEMPLATE_FIELD = Pattern.compile("\\{([^{}]{1,400})");

    private final PythonImports imports;
    private final PythonFacts.NestedCode nested;
    private final List<Fact> facts;

    PythonReflection(PythonImports imports, PythonFacts.NestedCode nested, List<Fact> facts) {
        this.imports = imports;
        this.nested = nested;
        this.facts = facts;
    }

    void call(String path, PythonCalls.Arguments arguments, SyntaxNode node) {
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
                && source.outsidePaths().noneMatch(PythonReflection::isInput);
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

    void entry(Value object, Value key, SyntaxNode node) {
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

    void memberNames(Value names, SyntaxNode node) {
        names.texts().forEach(text -> {
            for (String name : text.text().split("\\.", 20)) {
                if (!name.isEmpty()) {
                    facts.add(new Fact.Member(
                            text.exact() || name.length() < text.text().length() ? name : name + "*", node));
                }
            }
        });
    }

    void templateMembers(Value template, SyntaxNode node) {
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
