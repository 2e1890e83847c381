package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What each expression of one JavaScript or TypeScript file may evaluate to. A pass looks at every node once, children
/// first; passes are repeated until one teaches nothing new.
final class ScriptEvaluation implements NodeValues.Language {
    private final List<SyntaxNode> nodes;
    private final ScriptScopes scopes;
    private final Members members;
    private final @Nullable ScriptEvaluation around;
    private final ScriptCalls calls;
    private final ScriptBindings bindings;
    private final NodeValues values;
    private final OutsidePaths outside =
            new OutsidePaths((path, name) -> Value.outside(ScriptModules.member(path, name)));

    ScriptEvaluation(List<SyntaxNode> nodes, Members members, @Nullable ScriptEvaluation around) {
        this.nodes = nodes;
        this.members = members;
        this.around = around;
        scopes = new ScriptScopes(nodes, null);
        values = new NodeValues(nodes, members.progress(), this);
        calls = new ScriptCalls(this);
        bindings = new ScriptBindings(this, scopes, members);
    }

    Value value(@Nullable SyntaxNode node) {
        return values.of(node);
    }

    OutsidePaths outside() {
        return outside;
    }

    ScriptCalls calls() {
        return calls;
    }

    /// Whether the pass taught anything new.
    boolean pass() {
        return values.pass();
    }

    @Override
    public NodeValues.@Nullable Operands operands(SyntaxNode node) {
        return switch (node.kind()) {
            case "identifier", "shorthand_property_identifier" ->
                ScriptBindings.isRead(node) ? NodeValues.Operands.NAME : null;
            case "member_expression" -> NodeValues.Operands.NAME;
            case "subscript_expression", "call_expression", "new_expression" -> NodeValues.Operands.LOOKED_UP;
            case "import_statement" -> NodeValues.Operands.ANYTHING;
            case "variable_declarator", "assignment_expression" ->
                isPattern(node) ? NodeValues.Operands.ANYTHING : NodeValues.Operands.BELOW;
            case "template_string",
                    "binary_expression",
                    "ternary_expression",
                    "parenthesized_expression",
                    "await_expression",
                    "non_null_expression",
                    "as_expression",
                    "satisfies_expression",
                    "sequence_expression",
                    "array",
                    "object",
                    "augmented_assignment_expression",
                    "for_in_statement",
                    "assignment_pattern",
                    "object_assignment_pattern",
                    "required_parameter",
                    "optional_parameter",
                    "field_definition",
                    "public_field_definition",
                    "pair",
                    "import_require_clause" -> NodeValues.Operands.BELOW;
            default -> null;
        };
    }

    /// Whether members are taken by name where values are bound.
    private static boolean isPattern(SyntaxNode node) {
        SyntaxNode target = node.child("name");
        target = target == null ? node.child("left") : target;
        return target != null && !target.is("identifier") && !target.is("member_expression");
    }

    @Override
    public String nameOf(SyntaxNode node) {
        return ScriptText.name(node.is("member_expression") ? node.child("property") : node);
    }

    @Override
    public Value evaluate(SyntaxNode node) {
        return switch (node.kind()) {
            case "identifier", "shorthand_property_identifier" ->
                ScriptBindings.isRead(node) ? lookup(node) : Value.UNKNOWN;
            case "import" -> Value.outside("import");
            case "string", "template_string" -> ScriptText.literal(node, values);
            case "number" -> number(node);
            case "member_expression" -> member(node);
            case "subscript_expression" -> calls.subscript(node);
            case "call_expression", "new_expression" -> calls.call(node);
            case "binary_expression" -> binary(node);
            case "ternary_expression" -> value(node.child("consequence")).or(value(node.child("alternative")));
            case "parenthesized_expression",
                    "await_expression",
                    "non_null_expression",
                    "as_expression",
                    "satisfies_expression" -> values.ofFirst(node);
            case "sequence_expression" -> value(node.lastChild());
            case "array" -> elements(node);
            case "object" -> object(node);
            case "assignment_expression" -> {
                Value value = value(node.child("right"));
                bindings.bind(node.child("left"), value);
                yield value;
            }
            case "augmented_assignment_expression" -> {
                Value value = value(node.child("right")).orUnknown();
                SyntaxNode operator = node.child("operator");
                boolean logical = operator != null && operator.text().matches("\\?\\?=|\\|\\|=|&&=");
                bindings.bind(node.child("left"), logical ? value : Value.UNKNOWN);
                yield value;
            }
            default -> {
                bindings.declare(node);
                yield Value.UNKNOWN;
            }
        };
    }

    /// The module behind a specifier; the program's own files are found among its members.
    Value module(Value specifier) {
        return specifier.flatMap(
                item -> item instanceof Item.Text text && text.exact() && !ScriptModules.isLocal(text.text())
                        ? Value.outside(ScriptModules.module(text.text()))
                        : Value.UNKNOWN);
    }

    private Value lookup(SyntaxNode use) {
        return lookup(ScriptText.name(use), scopes.of(use));
    }

    /// An undeclared name is a global: the platform's, or one that the program itself stored.
    private Value lookup(String name, Scope from) {
        for (Scope scope = from; scope != null; scope = scope.outer()) {
            if (scope.declares(name)) {
                return scope.value(name);
            }
        }
        if (around != null) {
            return around.lookup(name, around.scopes.of(around.nodes.getLast()));
        }
        return name.equals("undefined")
                ? Value.UNKNOWN
                : members.get(name).or(Value.outside(ScriptModules.global(name)));
    }

    /// A member of each thing that the object may be.
    Value attribute(Value object, String name) {
        Value known = object.flatMap(item -> item instanceof Item.Outside(String path)
                ? outside.member(path, name)
                : members.get(name).orUnknown());
        if (!object.open() && object.mayBeOutside()) {
            return known;
        }
        Value stored = known.or(members.get(name)).orUnknown();
        return ScriptModules.isGuessed(name) ? stored.or(Value.outside("~" + name)) : stored;
    }

    private Value member(SyntaxNode node) {
        SyntaxNode object = node.child("object");
        String name = ScriptText.name(node.child("property"));
        if (name.equals("constructor") && object != null && isFunction(object)) {
            return Value.outside("Function");
        }
        return attribute(value(object), name);
    }

    static boolean isFunction(SyntaxNode node) {
        SyntaxNode inner = node;
        while (inner.is("parenthesized_expression") && !inner.children().isEmpty()) {
            inner = inner.children().getFirst();
        }
        return switch (inner.kind()) {
            case "function_expression", "generator_function", "arrow_function", "class" -> true;
            default -> false;
        };
    }

    private Value binary(SyntaxNode node) {
        SyntaxNode operator = node.child("operator");
        String sign = operator == null ? "" : operator.text();
        Value left = value(node.child("left"));
        Value right = value(node.child("right"));
        boolean text = left.mayBeText() || right.mayBeText();
        return switch (sign) {
            case "+" ->
                text
                        ? Value.concatenation(List.of(ScriptText.printed(left), ScriptText.printed(right)))
                        : TextFolding.arithmetic(sign, left, right);
            case "||", "&&", "??" -> left.or(right);
            default -> TextFolding.arithmetic(sign, left, right);
        };
    }

    private Value elements(SyntaxNode node) {
        List<Value> elements = new ArrayList<>();
        for (SyntaxNode child : node.children()) {
            if (child.is("spread_element")) {
                return Value.UNKNOWN;
            }
            elements.add(value(child));
        }
        return Value.sequence(elements);
    }

    private Value object(SyntaxNode node) {
        for (SyntaxNode child : node.children()) {
            if (child.is("shorthand_property_identifier")) {
                members.store(ScriptText.name(child), value(child));
            }
        }
        return Value.UNKNOWN;
    }

    private static Value number(SyntaxNode node) {
        String text = node.text();
        if (text.indexOf('.') >= 0) {
            return Value.UNKNOWN;
        }
        try {
            return Value.number(Long.decode(text.replace("_", "")));
        } catch (NumberFormatException notWhole) {
            return Value.UNKNOWN;
        }
    }
}
