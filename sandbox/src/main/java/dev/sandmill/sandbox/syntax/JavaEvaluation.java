package dev.sandmill.sandbox.syntax;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.Parameter;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.ObjectCreationExpr;
import com.github.javaparser.ast.expr.TypePatternExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.type.ArrayType;
import com.github.javaparser.ast.type.ClassOrInterfaceType;
import com.github.javaparser.ast.type.PrimitiveType;
import com.github.javaparser.ast.type.Type;
import com.github.javaparser.ast.type.TypeParameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What expressions of a Java program may be: of which type, where that is said, and which constant texts. Variables
/// are told apart by their names only; a name stands for all variables that are called so.
final class JavaEvaluation {
    private static final int MAX_DEPTH = 60;
    private static final Value OWN = Value.outside(JavaTypes.OWN);
    private static final Value OWN_CLASS = Value.outside(JavaTypes.OWN_CLASS);
    private static final Value CLASS = Value.outside("java.lang.Class");

    private final Map<String, List<Variable>> variables;
    private final Map<String, List<Type>> methods;
    private final Set<String> typeParameters;
    private final JavaTypes types;
    private final IdentityHashMap<Expression, Value> known = new IdentityHashMap<>();
    private final Map<String, Value> names = new HashMap<>();
    private final Map<String, Value> results = new HashMap<>();
    private int depth;

    /// A variable's declared type, null where it has none, and something that it is set to.
    private record Variable(@Nullable Type type, @Nullable Expression value) {}

    /// Everything that the files of one program declare.
    record Declarations(
            Map<String, List<Variable>> variables, Map<String, List<Type>> methods, Set<String> typeParameters) {
        Declarations() {
            this(new HashMap<>(), new HashMap<>(), new HashSet<>());
        }

        void add(Node node) {
            switch (node) {
                case VariableDeclarator variable ->
                    add(
                            variable.getNameAsString(),
                            variable.getType(),
                            variable.getInitializer().orElse(null));
                case Parameter parameter -> add(parameter.getNameAsString(), parameter.getType(), null);
                case TypePatternExpr pattern -> add(pattern.getNameAsString(), pattern.getType(), null);
                case AssignExpr assignment
                when assignment.getTarget() instanceof NameExpr name ->
                    add(name.getNameAsString(), null, assignment.getValue());
                case AssignExpr assignment
                when assignment.getTarget() instanceof FieldAccessExpr field ->
                    add(field.getNameAsString(), null, assignment.getValue());
                case MethodDeclaration method ->
                    methods.computeIfAbsent(method.getNameAsString(), name -> new ArrayList<>())
                            .add(method.getType());
                case TypeParameter parameter -> typeParameters.add(parameter.getNameAsString());
                default -> {}
            }
        }

        private void add(String name, @Nullable Type type, @Nullable Expression value) {
            variables.computeIfAbsent(name, key -> new ArrayList<>()).add(new Variable(type, value));
        }
    }

    JavaEvaluation(Declarations declarations, JavaTypes types) {
        variables = declarations.variables();
        methods = declarations.methods();
        typeParameters = declarations.typeParameters();
        this.types = types;
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
        return switch (expression.getClass().getSimpleName()) {
            case "StringLiteralExpr" -> Value.text(JavaText.of(expression.asStringLiteralExpr()));
            case "TextBlockLiteralExpr" -> Value.text(JavaText.of(expression.asTextBlockLiteralExpr()));
            case "CharLiteralExpr" -> Value.text(expression.asCharLiteralExpr().getValue());
            case "IntegerLiteralExpr",
                    "LongLiteralExpr",
                    "DoubleLiteralExpr",
                    "BooleanLiteralExpr",
                    "InstanceOfExpr",
                    "ArrayCreationExpr",
                    "ThisExpr" -> OWN;
            case "NullLiteralExpr" -> Value.NOTHING;
            case "EnclosedExpr" -> value(expression.asEnclosedExpr().getInner());
            case "ConditionalExpr" ->
                value(expression.asConditionalExpr().getThenExpr())
                        .or(value(expression.asConditionalExpr().getElseExpr()));
            case "AssignExpr" -> value(expression.asAssignExpr().getValue());
            case "CastExpr" ->
                cast(
                        expression.asCastExpr().getType(),
                        value(expression.asCastExpr().getExpression()));
            case "ArrayAccessExpr" -> value(expression.asArrayAccessExpr().getName());
            case "ClassExpr" -> isOwn(expression.asClassExpr().getType()) ? OWN_CLASS : CLASS;
            case "ObjectCreationExpr" -> created(expression.asObjectCreationExpr());
            case "BinaryExpr" -> binary(expression.asBinaryExpr());
            case "UnaryExpr" ->
                expression.asUnaryExpr().getOperator() == UnaryExpr.Operator.LOGICAL_COMPLEMENT
                        ? OWN
                        : value(expression.asUnaryExpr().getExpression());
            case "NameExpr" -> name(expression.asNameExpr().getNameAsString(), expression);
            case "TypeExpr" -> type(expression.asTypeExpr().getType());
            case "FieldAccessExpr" -> field(expression.asFieldAccessExpr());
            case "MethodCallExpr" -> call(expression.asMethodCallExpr());
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
                    .flatMap(item -> item instanceof Item.Outside(String path) ? member(path, name) : Value.UNKNOWN);
        }
        if (typeParameters.contains(name) || name.equals("var")) {
            return Value.UNKNOWN;
        }
        return Character.isLowerCase(name.charAt(0)) && !types.isOwn(name) ? Value.outside(name) : typeName(name, type);
    }

    private Value typeName(String name, Node use) {
        Value value = Value.NOTHING;
        for (String path : types.resolve(name, use)) {
            value = value.or(Value.outside(path));
        }
        return value;
    }

    private static Value member(String path, String name) {
        return path.equals(JavaTypes.OWN) ? OWN : Value.outside(path + "." + name);
    }

    Value name(String name, Node use) {
        boolean isVariable = variables.containsKey(name);
        boolean isType = Character.isUpperCase(name.charAt(0)) || types.isOwn(name);
        if (isVariable && !isType) {
            return variable(name);
        }
        Value imported = Value.NOTHING;
        for (String path : isType && !isVariable ? Set.<String>of() : types.staticMember(name)) {
            imported = imported.or(Value.outside(path));
        }
        Value meaning = isVariable ? variable(name) : Value.NOTHING;
        if (isType && !(isVariable && isConstant(name) && !types.isOwn(name))) {
            return meaning.or(typeName(name, use));
        }
        return isVariable ? meaning : imported.or(Value.outside(name));
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
        for (Variable variable : variables.getOrDefault(name, List.of())) {
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

    private static Value textsOf(Value value) {
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
                            ? Value.outside(path + "." + name)
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
    private Value text(Expression expression) {
        Value value = value(expression);
        Value texts = textsOf(value);
        boolean known = !value.open() && value.outsidePaths().allMatch("java.lang.String"::equals) && value.mayBeText();
        return known ? texts : texts.orUnknown();
    }

    private Value path(List<Expression> parts) {
        return parts.isEmpty()
                ? Value.NOTHING
                : textsOf(PythonCalls.joinPaths(parts.stream().map(this::text).toList()));
    }

    private Value call(MethodCallExpr call) {
        String name = call.getNameAsString();
        if (call.getScope().isEmpty()) {
            Value result = declared(name);
            for (String path : types.staticMember(name)) {
                result = result.or(result(path, call));
            }
            return result.equals(Value.NOTHING) ? Value.UNKNOWN : result;
        }
        Value scope = value(call.getScope().get());
        Value result = scope.open() ? declared(name).orUnknown() : Value.NOTHING;
        for (String path : scope.outside()) {
            if (path.equals(JavaTypes.OWN_CLASS)) {
                result = result.or(ownReflection(name) ? Value.UNKNOWN : result("java.lang.Class." + name, call));
            } else if (!path.equals(JavaTypes.OWN)) {
                result = result.or(result(path + "." + name, call));
            } else {
                result = result.or(declaresMethod(name) ? declared(name) : inherited(name));
            }
        }
        if (scope.mayBeText()) {
            result = result.or(textMethod(scope, name, call));
        }
        return result;
    }

    /// What may be asked of a class that the program itself defines: it leads to nothing else.
    static boolean ownReflection(String name) {
        return switch (name) {
            case "getDeclaredMethods",
                    "getDeclaredMethod",
                    "getDeclaredFields",
                    "getDeclaredField",
                    "getDeclaredConstructor",
                    "getDeclaredConstructors",
                    "getConstructor",
                    "getRecordComponents",
                    "getEnumConstants" -> true;
            default -> false;
        };
    }

    private Value declared(String method) {
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

    private static Value inherited(String name) {
        return switch (name) {
            case "getClass" -> CLASS;
            case "equals", "hashCode", "ordinal", "compareTo", "length" -> OWN;
            case "toString", "name" -> Value.outside("java.lang.String");
            default -> Value.UNKNOWN;
        };
    }

    private Value result(String path, MethodCallExpr call) {
        return switch (path) {
            case "java.net.URI.create" ->
                Value.outside("java.net.URI")
                        .or(textsOf(call.getArguments().isEmpty() ? Value.NOTHING : value(call.getArgument(0))));
            case "java.lang.String.join" -> {
                List<Expression> joined = call.getArguments();
                yield joined.isEmpty()
                        ? Value.outside("java.lang.String")
                        : Value.outside("java.lang.String")
                                .or(textsOf(TextFolding.join(
                                        value(joined.getFirst()),
                                        Value.sequence(joined.stream()
                                                .skip(1)
                                                .map(this::text)
                                                .toList()))));
            }
            case "java.lang.Runtime.getRuntime" -> Value.outside("java.lang.Runtime");
            case "java.nio.file.Path.of", "java.nio.file.Paths.get", "java.nio.file.FileSystem.getPath" ->
                Value.outside("java.nio.file.Path").or(path(call.getArguments()));
            case "java.nio.file.Path.resolve",
                    "java.nio.file.Path.toFile",
                    "java.nio.file.Path.normalize",
                    "java.nio.file.Path.toAbsolutePath" -> {
                List<Expression> parts =
                        new ArrayList<>(call.getScope().stream().toList());
                parts.addAll(call.getArguments());
                yield Value.outside(path.endsWith("toFile") ? "java.io.File" : "java.nio.file.Path")
                        .or(path(parts));
            }
            case "java.io.File.toPath" ->
                Value.outside("java.nio.file.Path")
                        .or(textsOf(value(call.getScope().orElse(null))));
            case "java.lang.String.valueOf",
                    "java.lang.String.toString",
                    "java.lang.String.format",
                    "java.lang.String.substring",
                    "java.lang.String.trim",
                    "java.lang.String.strip",
                    "java.lang.String.replace",
                    "java.lang.String.toLowerCase",
                    "java.lang.String.toUpperCase",
                    "java.lang.String.repeat",
                    "java.lang.String.concat",
                    "java.lang.Integer.toString",
                    "java.lang.StringBuilder.toString" -> Value.outside("java.lang.String");
            default -> path.endsWith(".getClass") ? CLASS : Value.outside(path + "()");
        };
    }

    private Value textMethod(Value scope, String name, MethodCallExpr call) {
        Value texts = textsOf(scope);
        return switch (name) {
            case "concat" ->
                call.getArguments().isEmpty()
                        ? Value.UNKNOWN
                        : Value.concatenation(List.of(texts, text(call.getArgument(0))));
            case "toLowerCase" -> TextFolding.map(texts, text -> text.toLowerCase(java.util.Locale.ROOT));
            case "trim", "strip" -> TextFolding.map(texts, String::strip);
            case "toString", "intern", "toAbsolutePath", "normalize" -> texts;
            case "getClass" -> CLASS;
            default -> Value.outside("java.lang.String");
        };
    }
}
