package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What each expression of one Python file may evaluate to, and what each name may be bound to. A pass looks at every
/// node once, children first; passes are repeated until one teaches nothing new.
final class PythonEvaluation implements NodeValues.Language {
    private final PythonScopes scopes;
    private final PythonNames names;
    private final Members members;
    private final PythonImports imports;
    private final PythonCalls calls;
    private final NodeValues values;

    PythonEvaluation(
            List<SyntaxNode> nodes, PythonScopes scopes, PythonNames names, Members members, PythonImports imports) {
        this.scopes = scopes;
        this.names = names;
        this.members = members;
        this.imports = imports;
        values = new NodeValues(nodes, members.progress(), this);
        calls = new PythonCalls(this, names, scopes);
    }

    Value value(@Nullable SyntaxNode node) {
        return values.of(node);
    }

    Scope scope(SyntaxNode node) {
        return scopes.of(node);
    }

    PythonCalls calls() {
        return calls;
    }

    /// Whether the pass taught anything new.
    boolean pass() {
        return values.pass();
    }

    @Override
    public NodeValues.@Nullable Operands operands(SyntaxNode node) {
        return switch (node.kind()) {
            case "identifier" -> isRead(node) ? NodeValues.Operands.NAME : null;
            case "attribute" -> NodeValues.Operands.NAME;
            case "call", "subscript", "import_statement", "import_from_statement", "as_pattern_target" ->
                NodeValues.Operands.ANYTHING;
            case "string" -> node.children().size() > 3 || isInterpolated(node) ? NodeValues.Operands.BELOW : null;
            case "concatenated_string",
                    "binary_operator",
                    "boolean_operator",
                    "conditional_expression",
                    "parenthesized_expression",
                    "await",
                    "as_pattern",
                    "list",
                    "tuple",
                    "set",
                    "expression_list",
                    "dictionary",
                    "assignment",
                    "named_expression",
                    "for_statement",
                    "for_in_clause",
                    "parameters",
                    "lambda_parameters" -> NodeValues.Operands.BELOW;
            default -> null;
        };
    }

    private static boolean isInterpolated(SyntaxNode string) {
        return string.children().stream().anyMatch(part -> part.is("interpolation"));
    }

    @Override
    public String nameOf(SyntaxNode node) {
        return name(node.is("attribute") ? node.child("attribute") : node);
    }

    @Override
    public Value evaluate(SyntaxNode node) {
        return switch (node.kind()) {
            case "identifier" -> isRead(node) ? names.lookup(node) : Value.UNKNOWN;
            case "string" -> PythonText.literal(node, values);
            case "concatenated_string" -> Value.concatenation(values.of(node.children()));
            case "integer" -> integer(node);
            case "attribute" -> attribute(value(node.child("object")), name(node.child("attribute")));
            case "subscript" -> calls.subscript(node);
            case "call" -> calls.call(node);
            case "binary_operator" -> binary(node);
            case "boolean_operator" -> value(node.child("left")).or(value(node.child("right")));
            case "conditional_expression" ->
                node.children().size() < 3
                        ? Value.UNKNOWN
                        : value(node.children().get(0)).or(value(node.children().get(2)));
            case "parenthesized_expression", "await", "as_pattern" -> values.ofFirst(node);
            case "list", "tuple", "set", "expression_list" -> elements(node);
            case "dictionary" -> dictionary(node);
            case "assignment" -> assign(node);
            case "augmented_assignment" -> {
                bind(node.child("left"), Value.UNKNOWN);
                yield Value.UNKNOWN;
            }
            case "named_expression" -> {
                Value value = value(node.child("value"));
                bind(node.child("name"), value);
                yield value;
            }
            default -> {
                declare(node);
                yield Value.UNKNOWN;
            }
        };
    }

    private void declare(SyntaxNode node) {
        switch (node.kind()) {
            case "import_statement", "import_from_statement" ->
                imports.bindings(node).forEach((name, value) -> bind(name, value, scopes.of(node)));
            case "function_definition", "class_definition" -> bind(node.child("name"), Value.UNKNOWN);
            case "for_statement", "for_in_clause" ->
                bind(node.child("left"), value(node.child("right")).element());
            case "as_pattern_target" -> {
                SyntaxNode pattern = node.parent();
                Value value = pattern == null ? Value.UNKNOWN : value(pattern.firstChild());
                bind(node.firstChild(), pattern != null && pattern.parentIs("with_item") ? value : Value.UNKNOWN);
            }
            case "parameters", "lambda_parameters" -> node.children().forEach(this::parameter);
            case "case_pattern" -> captures(node);
            default -> {}
        }
    }

    private void parameter(SyntaxNode parameter) {
        SyntaxNode name = parameter.child("name");
        Value value = value(parameter.child("value")).orUnknown();
        if (name == null && !parameter.is("identifier") && !parameter.children().isEmpty()) {
            name = parameter.children().getFirst();
        }
        if (name != null && (name.is("list_splat_pattern") || name.is("dictionary_splat_pattern"))) {
            name = name.firstChild();
        }
        bind(name == null ? parameter : name, value);
    }

    private void captures(SyntaxNode pattern) {
        for (SyntaxNode child : pattern.children()) {
            if (child.is("dotted_name") && child.children().size() == 1) {
                bind(child.firstChild(), Value.UNKNOWN);
            } else if (child.is("as_pattern")) {
                bind(child.lastChild(), Value.UNKNOWN);
            } else if (child.is("splat_pattern")) {
                child.children().forEach(name -> bind(name, Value.UNKNOWN));
            }
        }
    }

    private Value assign(SyntaxNode node) {
        SyntaxNode right = node.child("right");
        Value value = right == null ? Value.NOTHING : value(right);
        bind(node.child("left"), value);
        return value;
    }

    void bind(@Nullable SyntaxNode target, Value value) {
        if (target == null) {
            return;
        }
        switch (target.kind()) {
            case "identifier" -> bind(PythonText.name(target), value, scopes.of(target));
            case "attribute" -> members.store(name(target.child("attribute")), value);
            case "pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list" ->
                unpack(target.children(), value);
            case "parenthesized_expression", "list_splat_pattern", "list_splat" ->
                target.children().forEach(inner -> bind(inner, value.element()));
            default -> {}
        }
    }

    private void unpack(List<SyntaxNode> targets, Value value) {
        for (int i = 0; i < targets.size(); i++) {
            int index = i;
            Value element = value.flatMap(item -> item instanceof Item.Sequence sequence
                            && sequence.elements().size() == targets.size()
                    ? sequence.elements().get(index)
                    : Value.UNKNOWN);
            bind(targets.get(i), element);
        }
    }

    private void bind(String name, Value value, Scope scope) {
        scope.bind(name, value, members.progress());
        if (scope.kind() == Scope.Kind.CLASS || scope.kind() == Scope.Kind.FILE) {
            members.store(name, value);
        }
    }

    Value loaded(String module) {
        return imports.loaded(module);
    }

    /// A member of each thing that the object may be.
    Value attribute(Value object, String name) {
        if (object.outside().contains("pathlib.Path()")) {
            switch (name) {
                case "parent" -> {
                    return PythonCalls.joinPaths(List.of(object, Value.text("..")))
                            .or(Value.outside("pathlib.Path()"));
                }
                case "parents" -> {
                    return PythonCalls.parents(object);
                }
                case "anchor", "root" -> {
                    return Value.text("/");
                }
                default -> {}
            }
        }
        Value known = object.flatMap(item -> item instanceof Item.Outside(String path)
                ? outside(path, name)
                : members.get(name).orUnknown());
        if (!object.open()) {
            return known;
        }
        Value stored = known.or(members.get(name));
        return PythonModules.isGuessed(name) ? stored.or(Value.outside("~" + name)) : stored;
    }

    private static Value outside(String path, String name) {
        String member = PythonModules.member(path, name);
        String constant = PythonModules.constant(member);
        return constant == null ? Value.outside(member) : Value.text(constant);
    }

    private Value binary(SyntaxNode node) {
        SyntaxNode operator = node.child("operator");
        String sign = operator == null ? "" : operator.text();
        Value left = value(node.child("left"));
        Value right = value(node.child("right"));
        boolean text = left.mayBeText() || right.mayBeText();
        return switch (sign) {
            case "+" -> text ? Value.concatenation(List.of(left, right)) : TextFolding.arithmetic(sign, left, right);
            case "%" -> left.mayBeText() ? calls.percentFormat(left, right) : TextFolding.arithmetic(sign, left, right);
            case "*" -> text ? TextFolding.repeated(left, right) : TextFolding.arithmetic(sign, left, right);
            case "/" -> calls.pathJoin(left, right);
            default -> TextFolding.arithmetic(sign, left, right);
        };
    }

    private Value elements(SyntaxNode node) {
        for (SyntaxNode child : node.children()) {
            if (child.is("list_splat")) {
                return Value.UNKNOWN;
            }
        }
        return Value.sequence(values.of(node.children()));
    }

    private Value dictionary(SyntaxNode node) {
        List<Value> entries = new ArrayList<>();
        for (SyntaxNode pair : node.children()) {
            entries.add(value(pair.child("value")));
        }
        return Value.sequence(entries);
    }

    private static Value integer(SyntaxNode node) {
        String text = node.text().replace("_", "").toLowerCase(java.util.Locale.ROOT);
        try {
            return Value.number(
                    text.startsWith("0b")
                            ? Long.parseLong(text.substring(2), 2)
                            : text.startsWith("0o") ? Long.parseLong(text.substring(2), 8) : Long.decode(text));
        } catch (NumberFormatException tooLarge) {
            return Value.UNKNOWN;
        }
    }

    static String name(@Nullable SyntaxNode identifier) {
        return identifier == null ? "" : PythonText.name(identifier);
    }

    /// Whether an identifier stands for its value, and not for a name that is being defined or a member's name.
    static boolean isRead(SyntaxNode node) {
        SyntaxNode parent = node.parent();
        if (parent == null) {
            return false;
        }
        String field = node.field() == null ? "" : node.field();
        return switch (parent.kind()) {
            case "attribute" -> field.equals("object");
            case "function_definition",
                    "class_definition",
                    "keyword_argument",
                    "default_parameter",
                    "typed_default_parameter",
                    "named_expression" -> !field.equals("name");
            case "assignment", "for_statement", "for_in_clause" -> !field.equals("left");
            case "dotted_name" -> isPatternName(parent);
            case "aliased_import",
                    "import_from_statement",
                    "global_statement",
                    "nonlocal_statement",
                    "parameters",
                    "lambda_parameters",
                    "as_pattern_target",
                    "pattern_list",
                    "tuple_pattern",
                    "list_pattern",
                    "list_splat_pattern",
                    "dictionary_splat_pattern",
                    "typed_parameter" -> false;
            default -> true;
        };
    }

    /// `case os.sep:` reads a name, `case sep:` binds one; imports do neither here.
    private static boolean isPatternName(SyntaxNode dotted) {
        return dotted.parentIs("class_pattern")
                || dotted.parentIs("case_pattern") && dotted.children().size() > 1;
    }
}
