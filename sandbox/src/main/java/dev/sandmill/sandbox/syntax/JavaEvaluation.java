package dev.sandmill.sandbox.syntax;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.expr.ArrayAccessExpr;
import com.github.javaparser.ast.expr.ArrayCreationExpr;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.BooleanLiteralExpr;
import com.github.javaparser.ast.expr.CastExpr;
import com.github.javaparser.ast.expr.CharLiteralExpr;
import com.github.javaparser.ast.expr.ClassExpr;
import com.github.javaparser.ast.expr.ConditionalExpr;
import com.github.javaparser.ast.expr.DoubleLiteralExpr;
import com.github.javaparser.ast.expr.EnclosedExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.InstanceOfExpr;
import com.github.javaparser.ast.expr.IntegerLiteralExpr;
import com.github.javaparser.ast.expr.LongLiteralExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.NullLiteralExpr;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import com.github.javaparser.ast.expr.StringLiteralExpr;
import com.github.javaparser.ast.expr.TextBlockLiteralExpr;
import com.github.javaparser.ast.expr.ThisExpr;
import com.github.javaparser.ast.expr.TypeExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.type.ArrayType;
import com.github.javaparser.ast.type.ClassOrInterfaceType;
import com.github.javaparser.ast.type.PrimitiveType;
import com.github.javaparser.ast.type.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
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

    private final Map<String, List<JavaDeclarations.Variable>> variables;
    private final Map<String, List<Type>> methods;
    private final Set<String> typeParameters;
    private final JavaTypes types;
    private final IdentityHashMap<Expression, Value> known = new IdentityHashMap<>();
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
        Value before = known.get(expression);
        if (before != null) {
            return before;
        }
        depth++;
        Value value = compute(expression);
        depth--;
        known.put(expression, value);
        return value;
    }

    private Value compute(Expression expression) {
        return switch (expression) {
            case NameExpr name -> name(name.getNameAsString(), name);
            case MethodCallExpr call -> calls.call(call);
            case FieldAccessExpr access -> field(access);
            case IntegerLiteralExpr _,
                    LongLiteralExpr _,
                    DoubleLiteralExpr _,
                    BooleanLiteralExpr _,
                    InstanceOfExpr _,
                    ArrayCreationExpr _,
                    ThisExpr _ -> OWN;
            case TextBlockLiteralExpr text -> Value.text(JavaText.of(text));
            case CharLiteralExpr text -> Value.text(text.getValue());
            case StringLiteralExpr text -> Value.text(JavaText.of(text));
            case BinaryExpr operation -> binary(operation);
            case ObjectCreationExpr creation -> created(creation);
            case NullLiteralExpr _ -> Value.NOTHING;
            case EnclosedExpr enclosed -> value(enclosed.getInner());
            case ConditionalExpr choice -> value(choice.getThenExpr()).or(value(choice.getElseExpr()));
            case AssignExpr assignment -> value(assignment.getValue());
            case CastExpr cast -> cast(cast.getType(), value(cast.getExpression()));
            case ArrayAccessExpr access -> value(access.getName());
            case ClassExpr literal -> isOwn(literal.getType()) ? OWN_CLASS : CLASS;
            case UnaryExpr operation ->
                operation.getOperator() == UnaryExpr.Operator.LOGICAL_COMPLEMENT
                        ? OWN
                        : value(operation.getExpression());
            case TypeExpr reference -> type(reference.getType());
            default -> Value.UNKNOWN;
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
            case PrimitiveType _ -> OWN;
            case ArrayType array -> type(array.getElementType());
            case ClassOrInterfaceType named -> named(named);
            default -> Value.UNKNOWN;
        };
    }

    private Value named(ClassOrInterfaceType type) {
        String name = type.getNameAsString();
        if (type.getScope().isPresent()) {
            return named(type.getScope().get())
                    .flatMap(item -> !(item instanceof Item.Outside(String path))
                            ? Value.UNKNOWN
                            : path.equals(JavaTypes.OWN) ? OWN : member(path, name));
        }
        if (typeParameters.contains(name) || name.equals("var")) {
            return Value.UNKNOWN;
        }
        return Character.isLowerCase(name.charAt(0)) && !types.isOwn(name) ? Value.outside(name) : typeName(name, type);
    }

    private Value typeName(String name, Node use) {
        return types.resolve(name, use);
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

    Value name(String name, Node use) {
        boolean isVariable = variables.containsKey(name);
        boolean isType = Character.isUpperCase(name.charAt(0)) || types.isOwn(name);
        if (isVariable && !isType) {
            return variable(name);
        }
        Value meaning = isVariable ? variable(name) : Value.NOTHING;
        if (isType && !(isVariable && isConstant(name) && !types.isOwn(name))) {
            return meaning.or(typeName(name, use));
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
        for (JavaDeclarations.Variable variable : variables.getOrDefault(name, List.of())) {
            Type declared = variable.type();
            Value assigned = value(variable.value());
            if (declared == null
                    || declared.isUnknownType()
                    || declared instanceof ClassOrInterfaceType named
                            && named.getNameAsString().equals("var")
                    || declared.isVarType()) {
                value = value.or(declared == null ? textsOf(assigned) : assigned);
            } else {
                value = value.or(type(declared)).or(variable.value() == null ? Value.NOTHING : textsOf(assigned));
            }
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

    private Value field(FieldAccessExpr access) {
        String name = access.getNameAsString();
        Value scope = value(access.getScope());
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

    private Value created(ObjectCreationExpr creation) {
        Value type = type(creation.getType());
        boolean isText = type.outside().contains("java.lang.String");
        boolean isPath = type.outside().contains("java.io.File");
        if (isText && creation.getArguments().size() == 1) {
            return type.or(textsOf(value(creation.getArgument(0))));
        }
        return isPath ? type.or(path(creation.getArguments())) : type;
    }

    private Value binary(BinaryExpr expression) {
        if (expression.getOperator() != BinaryExpr.Operator.PLUS) {
            return OWN;
        }
        List<Expression> operands = new ArrayList<>();
        Expression left = expression;
        while (left instanceof BinaryExpr sum && sum.getOperator() == BinaryExpr.Operator.PLUS) {
            operands.addFirst(sum.getRight());
            left = sum.getLeft();
        }
        operands.addFirst(left);
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
