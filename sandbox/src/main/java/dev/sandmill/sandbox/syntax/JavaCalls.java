package dev.sandmill.sandbox.syntax;

import dev.sandmill.sandbox.syntax.JavaNode.Expression;
import java.util.ArrayList;
import java.util.List;

/// What calls evaluate to in Java, where that can be said without running them.
final class JavaCalls {
    private final JavaEvaluation evaluation;
    private final JavaTypes types;

    JavaCalls(JavaEvaluation evaluation, JavaTypes types) {
        this.evaluation = evaluation;
        this.types = types;
    }

    Value call(JavaNode.Call call) {
        String name = call.name;
        if (call.owner == null) {
            Value result = evaluation.declared(name);
            for (String path : types.staticMember(name)) {
                result = result.or(result(path, call));
            }
            return result.equals(Value.NOTHING) ? Value.UNKNOWN : result;
        }
        Value scope = evaluation.value(call.owner);
        Value result = scope.open() ? evaluation.declared(name).orUnknown() : Value.NOTHING;
        for (String path : scope.outside()) {
            if (path.equals(JavaTypes.OWN_CLASS)) {
                result = result.or(ownReflection(name) ? Value.UNKNOWN : result("java.lang.Class", name, call));
            } else if (!path.equals(JavaTypes.OWN)) {
                result = result.or(result(path, name, call));
            } else {
                result = result.or(evaluation.declaresMethod(name) ? evaluation.declared(name) : inherited(name));
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

    private static Value inherited(String name) {
        return switch (name) {
            case "getClass" -> JavaEvaluation.CLASS;
            case "equals", "hashCode", "ordinal", "compareTo", "length" -> JavaEvaluation.OWN;
            case "toString", "name" -> Value.outside("java.lang.String");
            default -> Value.UNKNOWN;
        };
    }

    private Value result(String owner, String name, JavaNode.Call call) {
        return result(evaluation.memberPath(owner, name), call);
    }

    private Value result(String path, JavaNode.Call call) {
        return switch (path) {
            case "java.net.URI.create" ->
                Value.outside("java.net.URI")
                        .or(JavaEvaluation.textsOf(
                                call.arguments.isEmpty()
                                        ? Value.NOTHING
                                        : evaluation.value(call.arguments.getFirst())));
            case "java.lang.String.join" -> {
                List<Expression> joined = call.arguments;
                yield joined.isEmpty()
                        ? Value.outside("java.lang.String")
                        : Value.outside("java.lang.String")
                                .or(JavaEvaluation.textsOf(TextFolding.join(
                                        evaluation.value(joined.getFirst()),
                                        Value.sequence(joined.stream()
                                                .skip(1)
                                                .map(evaluation::text)
                                                .toList()))));
            }
            case "java.lang.Runtime.getRuntime" -> Value.outside("java.lang.Runtime");
            case "java.nio.file.Path.of", "java.nio.file.Paths.get", "java.nio.file.FileSystem.getPath" ->
                Value.outside("java.nio.file.Path").or(evaluation.path(call.arguments));
            case "java.nio.file.Path.resolve",
                    "java.nio.file.Path.toFile",
                    "java.nio.file.Path.normalize",
                    "java.nio.file.Path.toAbsolutePath" -> {
                List<Expression> parts = new ArrayList<>();
                if (call.owner != null) {
                    parts.add(call.owner);
                }
                parts.addAll(call.arguments);
                yield Value.outside(path.endsWith("toFile") ? "java.io.File" : "java.nio.file.Path")
                        .or(evaluation.path(parts));
            }
            case "java.io.File.toPath" ->
                Value.outside("java.nio.file.Path").or(JavaEvaluation.textsOf(evaluation.value(call.owner)));
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
            default -> path.endsWith(".getClass") ? JavaEvaluation.CLASS : evaluation.resultOf(path);
        };
    }

    private Value textMethod(Value scope, String name, JavaNode.Call call) {
        Value texts = JavaEvaluation.textsOf(scope);
        return switch (name) {
            case "concat" ->
                call.arguments.isEmpty()
                        ? Value.UNKNOWN
                        : Value.concatenation(List.of(texts, evaluation.text(call.arguments.getFirst())));
            case "toLowerCase" -> TextFolding.map(texts, text -> text.toLowerCase(java.util.Locale.ROOT));
            case "trim", "strip" -> TextFolding.map(texts, String::strip);
            case "toString", "intern", "toAbsolutePath", "normalize" -> texts;
            case "getClass" -> JavaEvaluation.CLASS;
            default -> Value.outside("java.lang.String");
        };
    }
}
