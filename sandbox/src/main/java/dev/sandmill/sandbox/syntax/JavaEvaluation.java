package dev.sandmill.sandbox.syntax;

import dev.sandmill.sandbox.syntax.JavaNode.Expression;
import dev.sandmill.sandbox.syntax.JavaNode.Type;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What expressions of a Java program may be: of which type, where that is said, and which constant texts. Variables
/// are told apart by their names only; a name stands for all variables that are called so.
final class JavaEvaluation {
    private static final int MAX_DEPTH = 60;
    static final Value OWN = Value.outside(JavaTypes.OWN);
    private static final Value OWN_CLASS = Value.outside(JavaTypes.OWN_CLASS);
    static final Value CLASS = Value.outside("java.lang.Class");

    private final Map<String, List<JavaNode.Variable>> variables;
    private final Map<String, List<Type>> methods;
    private final Set<String> typeParameters;
    private final JavaTypes types;
    private final Map<String, Value> names = new HashMap<>();
    private final Map<String, Value> results = new HashMap<>();
    private final Map<String, Map<String, Member>> members = new HashMap<>();
    private final Map<String, Value> unknownResults = new HashMap<>();
    private final JavaCalls calls;
    private int depth;

    /// The same few members are asked for thousands of times: each path is spelled once.
    private record Member(String path, Value value) {}

    JavaEvaluation(JavaDeclarations declarations, JavaTypes types) {
        variables = declarations.variables();
        methods = declarations.methods();
        typeParameters = declarations.typeParameters();
        this.types = types;
        calls = new JavaCalls(this, types);
    }

    boolean declaresMethod(String name) {
        return methods.containsKey(name);
    }

    boolean isVariable(String name) {
        return variables.containsKey(name);
    }

    Value value(@Nullable Expression expression) {
        if (expression == null || depth > MAX_DEPTH) {
            return Value.UNKNOWN;
        }
        Value before = expression.known(this);
        if (before != null) {
            return before;
        }
        depth++;
        Value value = compute(expression);
        depth--;
        expression.know(this, value);
        return value;
    }

    private Value compute(Expression expression) {
        return switch (expression) {
            case JavaNode.Constant constant -> constant.constant;
            case JavaNode.Name name -> name(name.name, name.scope);
            case JavaNode.Call call -> calls.call(call);
            case JavaNode.Field access -> field(access);
            case JavaNode.Literal text -> Value.text(text.text);
            case JavaNode.Sum sum -> sum(sum.operands);
            case JavaNode.Creation creation -> created(creation);
            case JavaNode.Same same -> value(same.inner);
            case JavaNode.Choice choice -> value(choice.one).or(value(choice.other));
            case JavaNode.Cast cast -> cast(cast.type, value(cast.inner));
            case JavaNode.ClassLiteral literal -> isOwn(literal.type) ? OWN_CLASS : CLASS;
            case JavaNode.TypeName name -> type(name.type);
            case JavaNode.Reference _ -> Value.UNKNOWN;
        };
    }

    private boolean isOwn(Type type) {
        Value value = type(type);
        return !value.open() && value.outsidePaths().allMatch(JavaTypes.OWN::equals);
    }

    private Value cast(Type type, Value value) {
        Value text = value.flatMap(item ->
                item instanceof Item.Text constant ? Value.text(constant.text(), constant.exact()) : Value.NOTHING);
        return type(type).or(text.open() ? Value.NOTHING : text);
    }

    /// The value of a variable or expression of this type.
    Value type(Type type) {
        return switch (type) {
            case Type.Primitive() -> OWN;
            case Type.Array(Type element) -> type(element);
            case Type.Named named -> named(named);
            case Type.Inferred(), Type.Other() -> Value.UNKNOWN;
        };
    }

    private Value named(Type.Named type) {
        String name = type.name();
        if (type.owner() != null) {
            return named(type.owner())
                    .flatMap(item -> !(item instanceof Item.Outside(String path))
                            ? Value.UNKNOWN
                            : path.equals(JavaTypes.OWN) ? OWN : member(path, name));
        }
        if (typeParameters.contains(name)) {
            return Value.UNKNOWN;
        }
        return Character.isLowerCase(name.charAt(0)) && !types.isOwn(name)
                ? Value.outside(name)
                : types.resolve(name, type.scope());
    }

    Value member(String path, String name) {
        return memberOf(path, name).value();
    }

    String memberPath(String path, String name) {
        return memberOf(path, name).path();
    }

    /// What comes out of a method from outside of which nothing else is known.
    Value resultOf(String path) {
        return unknownResults.computeIfAbsent(path, key -> Value.outside(path + "()"));
    }

    private Member memberOf(String path, String name) {
        return members.computeIfAbsent(path, key -> new HashMap<>()).computeIfAbsent(name, key -> {
            String whole = path + "." + name;
            return new Member(whole, Value.outside(whole));
        });
    }

    Value name(String name, JavaNode.Scope use) {
        boolean isVariable = variables.containsKey(name);
        boolean isType = Character.isUpperCase(name.charAt(0)) || types.isOwn(name);
        if (isVariable && !isType) {
            return variable(name);
        }
        Value meaning = isVariable ? variable(name) : Value.NOTHING;
        if (isType && !(isVariable && isConstant(name) && !types.isOwn(name))) {
            return meaning.or(types.resolve(name, use));
        }
        if (isVariable) {
            return meaning;
        }
        Value imported = Value.NOTHING;
        for (String path : types.staticMember(name)) {
            imported = imported.or(Value.outside(path));
        }
        return imported.or(Value.outside(name));
    }

    /// `MAX_SIZE` is a constant by every convention, and no type of the platform is called so.
    private static boolean isConstant(String name) {
        return name.indexOf('_') > 0 || name.length() > 3 && name.equals(name.toUpperCase(java.util.Locale.ROOT));
    }

    private Value variable(String name) {
        Value before = names.get(name);
        if (before != null) {
            return before;
        }
        names.put(name, Value.NOTHING);
        Value value = Value.NOTHING;
        for (JavaNode.Variable variable : variables.getOrDefault(name, List.of())) {
            Type declared = variable.type();
            Value assigned = value(variable.value());
            value = value.or(
                    switch (declared) {
                        case null -> textsOf(assigned);
                        case Type.Inferred() -> assigned;
                        default -> type(declared).or(variable.value() == null ? Value.NOTHING : textsOf(assigned));
                    });
        }
        names.put(name, value);
        return value;
    }

    static Value textsOf(Value value) {
        Value texts = Value.NOTHING;
        for (Item.Text text : value.texts().toList()) {
            texts = texts.or(Value.text(text.text(), text.exact()));
        }
        return texts;
    }

    private Value field(JavaNode.Field access) {
        String name = access.name;
        Value scope = value(access.owner);
        Value own = variables.containsKey(name) ? variable(name) : Value.UNKNOWN;
        Value result = scope.open() ? own : Value.NOTHING;
        for (String path : scope.outside()) {
            result = result.or(
                    !path.equals(JavaTypes.OWN)
                            ? member(path, name)
                            : types.isOwn(name) || name.equals("length") ? OWN : own);
        }
        return result;
    }

    private Value created(JavaNode.Creation creation) {
        Value type = type(creation.type);
        boolean isText = type.outside().contains("java.lang.String");
        boolean isPath = type.outside().contains("java.io.File");
        if (isText && creation.arguments.size() == 1) {
            return type.or(textsOf(value(creation.arguments.getFirst())));
        }
        return isPath ? type.or(path(creation.arguments)) : type;
    }

    private Value sum(List<Expression> operands) {
        List<Value> parts = operands.stream().limit(64).map(this::text).toList();
        boolean isText = parts.stream().anyMatch(part -> part.texts().anyMatch(text -> text.exact()));
        return isText || operands.size() > 64 ? Value.concatenation(parts) : OWN;
    }

    /// Only the texts that a value may be; anything else it may be is some text as well.
    Value text(Expression expression) {
        Value value = value(expression);
        Value texts = textsOf(value);
        boolean known = !value.open() && value.outsidePaths().allMatch("java.lang.String"::equals) && value.mayBeText();
        return known ? texts : texts.orUnknown();
    }

    Value path(List<Expression> parts) {
        return parts.isEmpty()
                ? Value.NOTHING
                : textsOf(PathFolding.join(parts.stream().map(this::text).toList()));
    }

    /// What the program's own methods of a name return.
    Value declared(String method) {
        Value before = results.get(method);
        if (before != null) {
            return before;
        }
        Value result = Value.NOTHING;
        for (Type type : methods.getOrDefault(method, List.of())) {
            result = result.or(type(type));
        }
        results.put(method, result);
        return result;
    }
}
