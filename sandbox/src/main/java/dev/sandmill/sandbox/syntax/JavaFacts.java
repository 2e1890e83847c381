package dev.sandmill.sandbox.syntax;

import com.github.javaparser.Range;
import com.github.javaparser.ast.ImportDeclaration;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.AnnotationExpr;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.ClassExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.MethodReferenceExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.expr.TextBlockLiteralExpr;
import com.github.javaparser.ast.stmt.ExpressionStmt;
import com.github.javaparser.ast.type.ClassOrInterfaceType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Writes down the facts of one Java file. Members of what has a known type are facts about that type; members of
/// anything else are facts about their name.
final class JavaFacts {
    private final JavaFile file;
    private final JavaTypes types;
    private final JavaEvaluation evaluation;
    private final List<Fact> facts = new ArrayList<>();

    JavaFacts(JavaFile file, JavaTypes types, JavaEvaluation evaluation) {
        this.file = file;
        this.types = types;
        this.evaluation = evaluation;
    }

    List<Fact> find(List<Node> nodes) {
        nodes.forEach(this::fact);
        return facts;
    }

    private void fact(Node node) {
        switch (node) {
            case ImportDeclaration statement -> {
                if (!statement.isAsterisk() && !statement.isModule()) {
                    facts.add(new Fact.Import(statement.getNameAsString(), at(statement)));
                }
            }
            case ClassOrInterfaceType type -> {
                if (!(type.getParentNode().orElse(null) instanceof ClassOrInterfaceType around
                        && around.getScope().orElse(null) == type)) {
                    uses(evaluation.type(type), type);
                }
            }
            case AnnotationExpr annotation ->
                uses(evaluation.name(annotation.getNameAsString(), annotation), annotation);
            case NameExpr name -> {
                if (!isScope(name) && !evaluation.isVariable(name.getNameAsString())) {
                    uses(evaluation.value(name), name);
                }
                handedOn(name, evaluation.value(name));
            }
            case ClassExpr literal -> handedOn(literal, evaluation.type(literal.getType()));
            case FieldAccessExpr access -> {
                if (!isScope(access)) {
                    uses(evaluation.value(access), access);
                }
                if (isUnknown(evaluation.value(access.getScope()))) {
                    facts.add(new Fact.Member(access.getNameAsString(), at(access)));
                }
            }
            case MethodCallExpr call -> {
                call(call);
                handedOn(call, evaluation.value(call));
            }
            case MethodReferenceExpr reference -> {
                Value scope = evaluation.value(reference.getScope());
                member(scope, reference.getIdentifier(), reference);
                reference(scope, reference);
            }
            case StringLiteralExpr text -> systemPath(JavaText.of(text), text);
            case TextBlockLiteralExpr text -> systemPath(JavaText.of(text), text);
            case ObjectCreationExpr creation ->
                calls(evaluation.type(creation.getType()), Value.UNKNOWN, values(creation.getArguments()), creation);
            case MethodDeclaration method -> {
                if (method.isNative()) {
                    facts.add(new Fact.Use("native-method", at(method)));
                }
            }
            default -> {}
        }
    }

    private void call(MethodCallExpr call) {
        String name = call.getNameAsString();
        if (call.getScope().isEmpty()) {
            Value callee = Value.NOTHING;
            for (String path : types.staticMember(name)) {
                callee = callee.or(Value.outside(path));
            }
            uses(callee, call);
            calls(callee, Value.UNKNOWN, values(call.getArguments()), call);
            if (!evaluation.declaresMethod(name)) {
                facts.add(new Fact.Member(name, at(call)));
            }
            return;
        }
        Value scope = evaluation.value(call.getScope().get());
        member(scope, name, call);
        Value callee = scope.open() ? Value.UNKNOWN : Value.NOTHING;
        for (String path : scope.outside()) {
            if (!path.startsWith(JavaTypes.OWN)) {
                callee = callee.or(evaluation.member(path, name));
            }
        }
        List<Value> arguments = values(call.getArguments());
        calls(callee, scope, arguments, call);
        facts.add(new Fact.Method(name, scope, arguments, at(call)));
    }

    /// What a reference leads to is not followed: a factory's product counts as handed on, and so does a function.
    private void reference(Value scope, MethodReferenceExpr reference) {
        String name = reference.getIdentifier();
        scope.outsidePaths().filter(path -> !path.startsWith(JavaTypes.OWN)).forEach(path -> {
            facts.add(new Fact.HandedOn(path + (name.equals("new") ? "" : "." + name), at(reference)));
            if (name.startsWith("get")) {
                facts.add(new Fact.HandedOn(path, at(reference)));
            }
        });
    }

    private void systemPath(String text, Node node) {
        if (WorkspacePaths.isSystemPath(text)) {
            facts.add(new Fact.SystemPath(text, at(node)));
        }
    }

    /// A member of something, by its name.
    private void member(Value scope, String name, Node node) {
        for (String path : scope.outside()) {
            if (!path.startsWith(JavaTypes.OWN)) {
                facts.add(new Fact.Use(evaluation.memberPath(path, name), at(node)));
            }
        }
        if (scope.outside().contains(JavaTypes.OWN_CLASS) && !JavaCalls.ownReflection(name)) {
            facts.add(new Fact.Use("java.lang.Class." + name, at(node)));
        }
        boolean ofOwn = scope.outside().contains(JavaTypes.OWN);
        if (isUnknown(scope) || ofOwn && !evaluation.declaresMethod(name)) {
            facts.add(new Fact.Member(name, at(node)));
        }
    }

    /// Whether the type is not said, or is that of a result.
    private static boolean isUnknown(Value value) {
        if (value.open()) {
            return true;
        }
        for (String path : value.outside()) {
            if (path.contains("()")) {
                return true;
            }
        }
        return false;
    }

    private void uses(Value value, Node node) {
        for (String path : value.outside()) {
            if (!path.startsWith(JavaTypes.OWN)) {
                facts.add(new Fact.Use(path, at(node)));
            }
        }
    }

    private void calls(Value callee, Value receiver, List<Value> values, Node node) {
        for (String path : callee.outside()) {
            if (path.startsWith(JavaTypes.OWN)) {
                continue;
            }
            facts.add(new Fact.Call(path, receiver, values, Map.of(), at(node)));
            switch (path) {
                case "java.lang.Class.forName", "java.lang.ClassLoader.loadClass" -> load(path, values, node);
                case "javax.script.ScriptEngine.eval" -> facts.add(new Fact.ComputedCode(path, at(node)));
                default -> {
                    // A style sheet may call any method.
                    boolean styles = path.startsWith("javax.xml.transform.TransformerFactory")
                            && (path.endsWith(".newTransformer") || path.endsWith(".newTemplates"));
                    if (styles && !values.isEmpty()) {
                        facts.add(new Fact.ComputedCode(path, at(node)));
                    }
                }
            }
        }
    }

    private void load(String path, List<Value> arguments, Node node) {
        Value name = arguments.stream()
                .filter(argument -> argument.mayBeText())
                .findFirst()
                .orElse(Value.UNKNOWN);
        boolean exact = !name.open()
                && name.texts().allMatch(Item.Text::exact)
                && name.outsidePaths().allMatch("java.lang.String"::equals);
        if (!exact) {
            facts.add(new Fact.ComputedCode(path, at(node)));
        }
        name.texts()
                .map(text -> text.text().replace('$', '.'))
                .filter(loaded -> !types.isOwn(loaded.substring(loaded.lastIndexOf('.') + 1)))
                .forEach(loaded -> facts.add(new Fact.Import(loaded, at(node))));
    }

    private List<Value> values(List<Expression> arguments) {
        List<Value> values = new ArrayList<>(arguments.size());
        for (Expression argument : arguments) {
            values.add(evaluation.value(argument));
        }
        return values;
    }

    /// What is neither asked for a member, nor compared, nor kept in a variable goes where it is no longer followed.
    private void handedOn(Expression expression, Value value) {
        Node parent = expression.getParentNode().orElse(null);
        boolean followed = isScope(expression)
                || parent instanceof VariableDeclarator
                || parent instanceof BinaryExpr
                || parent instanceof ExpressionStmt
                || parent instanceof MethodReferenceExpr
                || parent instanceof AssignExpr assignment && assignment.getTarget() instanceof NameExpr;
        if (!followed) {
            for (String path : value.outside()) {
                if (!path.startsWith(JavaTypes.OWN)) {
                    facts.add(new Fact.HandedOn(path, at(expression)));
                }
            }
        }
    }

    /// Whether a longer expression says more about it.
    private static boolean isScope(Expression expression) {
        return switch (expression.getParentNode().orElse(null)) {
            case FieldAccessExpr access -> access.getScope() == expression;
            case MethodCallExpr call -> call.getScope().orElse(null) == expression;
            case null, default -> false;
        };
    }

    private SyntaxNode at(Node node) {
        Range range = node.getRange().orElse(null);
        return range == null ? file.at(0) : file.at(range.begin.line, range.begin.column);
    }
}
