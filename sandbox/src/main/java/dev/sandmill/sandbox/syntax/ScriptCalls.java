package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What calls and subscripts evaluate to in JavaScript, where that can be said without running them.
final class ScriptCalls {
    private final ScriptEvaluation evaluation;

    ScriptCalls(ScriptEvaluation evaluation) {
        this.evaluation = evaluation;
    }

    /// Arguments up to the first spread one of which nothing is known.
    List<Value> arguments(SyntaxNode call) {
        List<Value> values = new ArrayList<>();
        SyntaxNode list = call.child("arguments");
        if (list == null) {
            return values;
        }
        if (!list.is("arguments")) {
            return List.of(evaluation.value(list));
        }
        for (SyntaxNode argument : list.children()) {
            if (!argument.is("spread_element")) {
                values.add(evaluation.value(argument));
                continue;
            }
            Value spread = evaluation.value(argument.firstChild());
            if (spread.open()
                    || spread.items().size() != 1
                    || !(spread.items().iterator().next() instanceof Item.Sequence(List<Value> elements))) {
                break;
            }
            values.addAll(elements);
        }
        return values;
    }

    static @Nullable SyntaxNode function(SyntaxNode call) {
        SyntaxNode function = call.child("function");
        return function == null ? call.child("constructor") : function;
    }

    Value receiver(SyntaxNode call) {
        SyntaxNode function = function(call);
        return function == null ? Value.UNKNOWN : evaluation.value(function.child("object"));
    }

    /// The name of the method that is called, where one is.
    String method(SyntaxNode call) {
        SyntaxNode function = function(call);
        return function != null && function.is("member_expression") ? ScriptText.name(function.child("property")) : "";
    }

    Value call(SyntaxNode call) {
        List<Value> arguments = arguments(call);
        Value callee = evaluation.value(function(call));
        Value receiver = receiver(call);
        Value result = Value.NOTHING;
        for (String path : callee.outside()) {
            result = result.or(result(path, arguments, receiver));
        }
        boolean data = false;
        for (Item item : receiver.items()) {
            data |= item instanceof Item.Text || item instanceof Item.Sequence;
        }
        if (data) {
            result = result.or(method(method(call), receiver, arguments));
            if (!receiver.open() && !receiver.mayBeOutside()) {
                return result;
            }
        }
        return callee.open() ? result.orUnknown() : result;
    }

    private Value result(String path, List<Value> arguments, Value receiver) {
        Value first = arguments.isEmpty() ? Value.UNKNOWN : arguments.getFirst();
        Value second = arguments.size() < 2 ? Value.NOTHING : arguments.get(1);
        return switch (path) {
            case "require", "import", "process.getBuiltinModule", "module.require", "require.main.require" ->
                evaluation.module(first);
            case "String.fromCharCode", "String.fromCodePoint" -> TextFolding.characters(arguments);
            case "atob" -> TextFolding.map(first, EncodedText::base64);
            case "Buffer.from", "buffer.Buffer.from" -> EncodedText.python(ScriptText.printed(first), second);
            case "String" -> ScriptText.printed(first);
            case "decodeURIComponent", "decodeURI", "unescape" ->
                TextFolding.map(ScriptText.printed(first), EncodedText::percent);
            case "Object.getPrototypeOf", "Reflect.getPrototypeOf", "Object.freeze", "Object.create", "Object.assign" ->
                first.orUnknown();
            case "Object.getOwnPropertyDescriptor", "Reflect.getOwnPropertyDescriptor" ->
                second.isExactText() ? byName(first, second) : Value.UNKNOWN;
            case "Reflect.get" -> second.isExactText() ? byName(first, second) : Value.UNKNOWN;
            case "path.join", "path.resolve", "path.posix.join" -> PathFolding.join(arguments);
            case "os.homedir" -> Value.text("/home/user");
            case "URL", "url.URL" -> first.orUnknown();
            default ->
                path.endsWith(".bind")
                        ? receiver
                        : path.startsWith("~")
                                ? Value.UNKNOWN
                                : evaluation.outside().result(path);
        };
    }

    private static Value method(String method, Value receiver, List<Value> arguments) {
        Value first = arguments.isEmpty() ? Value.NOTHING : arguments.getFirst();
        return switch (method) {
            case "join" -> TextFolding.join(first.equals(Value.NOTHING) ? Value.text(",") : first, receiver);
            case "reverse", "toReversed" -> TextFolding.reversed(receiver);
            case "toString", "valueOf", "normalize", "trim", "trimEnd", "trimStart" -> receiver;
            case "toLowerCase" -> TextFolding.map(receiver, text -> text.toLowerCase(java.util.Locale.ROOT));
            case "toUpperCase" -> TextFolding.map(receiver, text -> text.toUpperCase(java.util.Locale.ROOT));
            case "concat" -> {
                List<Value> parts = new ArrayList<>(List.of(receiver));
                parts.addAll(arguments);
                yield receiver.mayBeText() ? Value.concatenation(parts) : Value.UNKNOWN;
            }
            case "split" ->
                TextFolding.single(first)
                        ? TextFolding.split(
                                receiver,
                                first.texts().findFirst().orElseThrow().text())
                        : Value.UNKNOWN;
            case "replace", "replaceAll" -> TextFolding.replace(receiver, arguments);
            case "slice", "substring" -> slice(receiver, arguments);
            case "charAt", "at" -> TextFolding.single(receiver) ? slice(receiver, List.of(first)) : receiver.element();
            case "padStart", "padEnd", "repeat", "substr" -> Value.SOME_TEXT;
            default -> Value.UNKNOWN;
        };
    }

    private static Value slice(Value receiver, List<Value> arguments) {
        List<Long> bounds = new ArrayList<>();
        for (Value argument : arguments) {
            if (argument.open()
                    || argument.items().size() != 1
                    || !(argument.items().iterator().next() instanceof Item.Number(long number))) {
                return Value.SOME_TEXT.orUnknown();
            }
            bounds.add(number);
        }
        return TextFolding.slice(
                receiver, bounds.isEmpty() ? null : bounds.get(0), bounds.size() < 2 ? null : bounds.get(1));
    }

    Value subscript(SyntaxNode node) {
        Value object = evaluation.value(node.child("object"));
        Value key = evaluation.value(node.child("index"));
        SyntaxNode target = node.child("object");
        if (target != null
                && ScriptEvaluation.isFunction(target)
                && key.texts().anyMatch(text -> text.text().equals("constructor"))) {
            return Value.outside("Function");
        }
        return key.isExactText() ? byName(object, key) : object.element();
    }

    private Value byName(Value object, Value names) {
        return names.flatMap(
                item -> item instanceof Item.Text text ? evaluation.attribute(object, text.text()) : Value.UNKNOWN);
    }
}
