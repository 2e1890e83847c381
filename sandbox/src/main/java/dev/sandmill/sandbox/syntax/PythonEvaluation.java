package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What each expression of one Python file may evaluate to. A pass looks at every
/// node once, children first; passes are repeated until one teaches nothing new.
final class PythonEvaluation implements NodeValues.Language {
    private final PythonScopes scopes;
    private final PythonNames names;
    private final Members members;
    private final PythonImports imports;
    private final PythonSubscripts subscripts;
    private final PythonCalls calls;
    private final PythonBindings bindings;
    private final NodeValues values;
    private final OutsidePaths outside = new OutsidePaths(PythonEvaluation::outside);

    PythonEvaluation(
            List<SyntaxNode> nodes, PythonScopes scopes, PythonNames names, Members members, PythonImports imports) {
        this.scopes = scopes;
        this.names = names;
        this.members = members;
        this.imports = imports;
        values = new NodeValues(nodes, members.progress(), this);
        subscripts = new PythonSubscripts(this, names, scopes);
        calls = new PythonCalls(this, subscripts);
        bindings = new PythonBindings(this, scopes, members, imports);
    }

    Value value(@Nullable SyntaxNode node) {
        return values.of(node);
    }

    Scope scope(SyntaxNode node) {
        return scopes.of(node);
    }

    OutsidePaths outside() {
        return outside;
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
            case "identifier" -> PythonBindings.isRead(node) ? NodeValues.Operands.NAME : null;
            case "attribute" -> NodeValues.Operands.NAME;
            case "call", "subscript" -> NodeValues.Operands.LOOKED_UP;
            case "import_statement", "import_from_statement", "as_pattern_target" -> NodeValues.Operands.ANYTHING;
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
            case "identifier" -> PythonBindings.isRead(node) ? names.lookup(node) : Value.UNKNOWN;
            case "string" -> PythonText.literal(node, values);
            case "concatenated_string" -> Value.concatenation(values.of(node.children()));
            case "integer" -> integer(node);
            case "attribute" -> attribute(value(node.child("object")), name(node.child("attribute")));
            case "subscript" -> subscripts.value(node);
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
                bindings.bind(node.child("left"), Value.UNKNOWN);
                yield Value.UNKNOWN;
            }
            case "named_expression" -> {
                Value value = value(node.child("value"));
                bindings.bind(node.child("name"), value);
                yield value;
            }
            default -> {
                bindings.declare(node);
                yield Value.UNKNOWN;
            }
        };
    }

    private Value assign(SyntaxNode node) {
        SyntaxNode right = node.child("right");
        Value value = right == null ? Value.NOTHING : value(right);
        bindings.bind(node.child("left"), value);
        return value;
    }

    Value loaded(String module) {
        return imports.loaded(module);
    }

    /// A member of each thing that the object may be.
    Value attribute(Value object, String name) {
        if (object.outside().contains("pathlib.Path()")) {
            switch (name) {
                case "parent" -> {
                    return asPath(PathFolding.join(List.of(object, Value.text(".."))));
                }
                case "parents" -> {
                    return Value.sequence(PathFolding.above(object).stream()
                            .map(PythonEvaluation::asPath)
                            .toList());
                }
                case "anchor", "root" -> {
                    return Value.text("/");
                }
                default -> {}
            }
        }
        Value known = object.flatMap(item -> item instanceof Item.Outside(String path)
                ? outside.member(path, name)
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
            case "%" -> left.mayBeText() ? EncodedText.percent(left, right) : TextFolding.arithmetic(sign, left, right);
            case "*" -> text ? TextFolding.repeated(left, right) : TextFolding.arithmetic(sign, left, right);
            case "/" -> pathJoin(left, right);
            default -> TextFolding.arithmetic(sign, left, right);
        };
    }

    private static Value pathJoin(Value left, Value right) {
        boolean path = left.outsidePaths().anyMatch(p -> p.startsWith("pathlib."));
        return path ? asPath(PathFolding.join(List.of(left, right))) : Value.UNKNOWN;
    }

    private static Value asPath(Value texts) {
        return texts.or(Value.outside("pathlib.Path()"));
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
}
