package dev.sandmill.sandbox.syntax;

import dev.sandmill.sandbox.syntax.JavaNode.Expression;
import dev.sandmill.sandbox.syntax.JavaNode.Placed;
import dev.sandmill.sandbox.syntax.JavaNode.Role;
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

    List<Fact> find(List<JavaNode> nodes) {
        nodes.forEach(this::fact);
        return facts;
    }

    private void fact(JavaNode node) {
        switch (node) {
            case JavaNode.Import statement -> {
                if (!statement.isAsterisk() && !statement.isModule()) {
                    facts.add(new Fact.Import(statement.name(), at(statement)));
                }
            }
            case JavaNode.Type.Named type -> uses(evaluation.type(type), type);
            case JavaNode.Annotation annotation ->
                uses(evaluation.name(annotation.name(), annotation.scope()), annotation);
            case JavaNode.Name name -> {
                Value value = evaluation.value(name);
                if (name.role != Role.OWNER && !evaluation.isVariable(name.name)) {
                    uses(value, name);
                }
                handedOn(name, name.role, value);
            }
            case JavaNode.ClassLiteral literal -> handedOn(literal, literal.role, evaluation.type(literal.type));
            case JavaNode.Field access -> {
                if (access.role != Role.OWNER) {
                    uses(evaluation.value(access), access);
                }
                if (isUnknown(evaluation.value(access.owner))) {
                    facts.add(new Fact.Member(access.name, at(access)));
                }
            }
            case JavaNode.Call call -> {
                call(call);
                handedOn(call, call.role, evaluation.value(call));
            }
            case JavaNode.Reference reference -> {
                Value owner = evaluation.value(reference.owner);
                member(owner, reference.name, reference);
                reference(owner, reference);
            }
            case JavaNode.Literal text -> systemPath(text);
            case JavaNode.Creation creation ->
                calls(evaluation.type(creation.type), Value.UNKNOWN, values(creation.arguments), creation);
            case JavaNode.Method method -> {
                if (method.isNative()) {
                    facts.add(new Fact.Use("native-method", at(method)));
                }
            }
            default -> {}
        }
    }

    private void call(JavaNode.Call call) {
        String name = call.name;
        if (call.owner == null) {
            Value callee = Value.NOTHING;
            for (String path : types.staticMember(name)) {
                callee = callee.or(Value.outside(path));
            }
            uses(callee, call);
            calls(callee, Value.UNKNOWN, values(call.arguments), call);
            if (!evaluation.declaresMethod(name)) {
                facts.add(new Fact.Member(name, at(call)));
            }
            return;
        }
        Value scope = evaluation.value(call.owner);
        member(scope, name, call);
        Value callee = scope.open() ? Value.UNKNOWN : Value.NOTHING;
        for (String path : scope.outside()) {
            if (!path.startsWith(JavaTypes.OWN)) {
                callee = callee.or(evaluation.member(path, name));
            }
        }
        List<Value> arguments = values(call.arguments);
        calls(callee, scope, arguments, call);
        facts.add(new Fact.Method(name, scope, arguments, at(call)));
    }

    /// What a reference leads to is not followed: a factory's product counts as handed on, and so does a function.
    private void reference(Value scope, JavaNode.Reference reference) {
        String name = reference.name;
        scope.outsidePaths().filter(path -> !path.startsWith(JavaTypes.OWN)).forEach(path -> {
            facts.add(new Fact.HandedOn(path + (name.equals("new") ? "" : "." + name), at(reference)));
            if (name.startsWith("get")) {
                facts.add(new Fact.HandedOn(path, at(reference)));
            }
        });
    }

    private void systemPath(JavaNode.Literal literal) {
        if (!literal.isCharacter && WorkspacePaths.isSystemPath(literal.text)) {
            facts.add(new Fact.SystemPath(literal.text, at(literal)));
        }
    }

    /// A member of something, by its name.
    private void member(Value scope, String name, Placed node) {
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

    private void uses(Value value, Placed node) {
        for (String path : value.outside()) {
            if (!path.startsWith(JavaTypes.OWN)) {
                facts.add(new Fact.Use(path, at(node)));
            }
        }
    }

    private void calls(Value callee, Value receiver, List<Value> values, Placed node) {
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

    private void load(String path, List<Value> arguments, Placed node) {
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
    private void handedOn(Placed expression, Role role, Value value) {
        if (role == Role.HANDED_ON) {
            for (String path : value.outside()) {
                if (!path.startsWith(JavaTypes.OWN)) {
                    facts.add(new Fact.HandedOn(path, at(expression)));
                }
            }
        }
    }

    private SyntaxNode at(Placed node) {
        return file.at(node.start());
    }
}
