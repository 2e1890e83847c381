package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What calls evaluate to in Python, where that can be said without running them: reflection with known
/// names, and functions that put texts together.
final class PythonCalls {
    private final PythonEvaluation evaluation;
    private final PythonSubscripts subscripts;

    PythonCalls(PythonEvaluation evaluation, PythonSubscripts subscripts) {
        this.evaluation = evaluation;
        this.subscripts = subscripts;
    }

    /// A call's arguments, positional ones first; after a `*` nothing is known of position.
    record Arguments(List<Value> positional, Map<String, Value> named, boolean spread) {
        Value at(int index) {
            return index < positional.size() ? positional.get(index) : spread ? Value.UNKNOWN : Value.NOTHING;
        }

        Value at(int index, String name) {
            Value named = this.named.get(name);
            return named == null ? at(index) : named;
        }
    }

    Arguments arguments(SyntaxNode call) {
        List<Value> positional = new ArrayList<>();
        Map<String, Value> named = new LinkedHashMap<>();
        boolean spread = false;
        SyntaxNode list = call.child("arguments");
        if (list == null || !list.is("argument_list")) {
            return new Arguments(List.of(evaluation.value(list)), named, false);
        }
        for (SyntaxNode argument : list.children()) {
            switch (argument.kind()) {
                case "keyword_argument" ->
                    named.put(PythonEvaluation.name(argument.child("name")), evaluation.value(argument.child("value")));
                case "list_splat", "dictionary_splat" -> spread = true;
                default -> {
                    if (!spread) {
                        positional.add(evaluation.value(argument));
                    }
                }
            }
        }
        return new Arguments(positional, named, spread);
    }

    Value receiver(SyntaxNode call) {
        SyntaxNode function = call.child("function");
        return function != null && function.is("attribute")
                ? evaluation.value(function.child("object"))
                : Value.UNKNOWN;
    }

    Value call(SyntaxNode call) {
        Arguments arguments = arguments(call);
        Value callee = evaluation.value(call.child("function"));
        Value result = Value.NOTHING;
        for (String path : callee.outside()) {
            result = result.or(result(path, arguments, call));
        }
        SyntaxNode function = call.child("function");
        if (function != null && function.is("attribute")) {
            String method = PythonEvaluation.name(function.child("attribute"));
            Value receiver = receiver(call);
            if (receiver.mayBeText()) {
                result = result.or(textMethod(method, receiver, arguments));
                boolean onlyText = receiver.items().stream().allMatch(item -> item instanceof Item.Text);
                if (onlyText && !receiver.open()) {
                    return result;
                }
            }
        }
        return callee.open() ? result.orUnknown() : result;
    }

    private Value result(String path, Arguments arguments, SyntaxNode call) {
        Value first = arguments.at(0);
        return switch (path) {
            case "builtins.getattr", "inspect.getattr_static", "builtins.object.__getattribute__" ->
                byName(first, arguments.at(1)).or(arguments.positional().size() > 2 ? arguments.at(2) : Value.NOTHING);
            case "builtins.vars" ->
                arguments.positional().isEmpty()
                        ? Value.outside("builtins.globals()")
                        : first.flatMap(PythonCalls::namespace);
            case "builtins.globals", "builtins.locals" -> Value.outside("builtins.globals()");
            case "builtins.__import__" -> modules(first, true);
            case "importlib.import_module", "importlib.__import__" -> modules(first, false);
            case "importlib.reload" -> first;
            case "builtins.chr" -> TextFolding.characters(List.of(first));
            case "builtins.str", "builtins.bytes.decode", "builtins.repr", "builtins.ascii" ->
                first.flatMap(item -> item instanceof Item.Text
                        ? new Value(java.util.Set.of(item), false)
                        : item instanceof Item.Number(long n) ? Value.text(Long.toString(n)) : Value.UNKNOWN);
            case "builtins.bytes", "builtins.bytearray" -> bytes(first);
            case "builtins.reversed" -> TextFolding.reversed(first);
            case "builtins.list", "builtins.tuple", "builtins.sorted", "builtins.iter" -> first.orUnknown();
            case "builtins.str.join" -> TextFolding.join(first, arguments.at(1));
            case "builtins.map" -> mapped(arguments);
            case "builtins.bytes.fromhex", "builtins.bytearray.fromhex", "binascii.unhexlify", "binascii.a2b_hex" ->
                TextFolding.map(first, EncodedText::hex);
            case "base64.b64decode",
                    "base64.standard_b64decode",
                    "base64.urlsafe_b64decode",
                    "binascii.a2b_base64",
                    "base64.decodebytes" -> TextFolding.map(first, EncodedText::base64);
            case "codecs.decode" -> EncodedText.python(first, arguments.at(1, "encoding"));
            case "os.path.join", "posixpath.join" -> PathFolding.join(arguments.positional());
            case "os.path.abspath", "os.path.normpath", "os.path.realpath", "os.fspath" -> first;
            case "os.path.expanduser" -> TextFolding.map(first, text -> text.startsWith("~") ? "/home/" + text : text);
            case "pathlib.Path.cwd", "pathlib.PosixPath.cwd" -> Value.text(".").or(Value.outside("pathlib.Path()"));
            case "io.BytesIO" -> Value.outside("io.BytesIO()").or(first.mayBeText() ? first : Value.NOTHING);
            case "pathlib.Path", "pathlib.PosixPath", "pathlib.PurePath", "pathlib.PurePosixPath" ->
                PathFolding.join(arguments.positional()).or(Value.outside(path + "()"));
            case "pathlib.Path().joinpath" ->
                PathFolding.join(java.util.stream.Stream.concat(
                                        java.util.stream.Stream.of(receiver(call)), arguments.positional().stream())
                                .toList())
                        .or(Value.outside("pathlib.Path()"));
            case "pathlib.Path.home", "pathlib.PosixPath.home" ->
                Value.text("/home").or(Value.outside("pathlib.Path()"));
            case "pathlib.Path().resolve",
                    "pathlib.Path().absolute",
                    "pathlib.Path().with_name",
                    "pathlib.Path().with_stem",
                    "pathlib.Path().with_suffix" -> receiver(call);
            case "pathlib.Path().expanduser" -> expanded(receiver(call));
            case "pathlib.Path.expanduser", "pathlib.PosixPath.expanduser" -> expanded(first);
            case "functools.partial" -> first;
            default ->
                path.endsWith(".get")
                                || path.endsWith(".__getitem__")
                                || path.endsWith(".pop")
                                || path.endsWith(".setdefault")
                        ? subscripts
                                .entry(path.substring(0, path.lastIndexOf('.')), first, call)
                                .or(arguments.at(1))
                        : evaluation.outside().result(path);
        };
    }

    private Value modules(Value name, boolean topOnly) {
        return name.flatMap(item -> item instanceof Item.Text text && text.exact()
                ? evaluation.loaded(topOnly ? text.text().split("\\.", 2)[0] : text.text())
                : Value.UNKNOWN);
    }

    private static Value namespace(Item item) {
        return item instanceof Item.Outside(String path) ? Value.outside(path + ".__dict__") : Value.UNKNOWN;
    }

    private Value byName(Value object, Value name) {
        if (!name.isExactText()) {
            return Value.UNKNOWN;
        }
        return name.flatMap(
                item -> item instanceof Item.Text text ? evaluation.attribute(object, text.text()) : Value.UNKNOWN);
    }

    private static Value bytes(Value first) {
        return first.flatMap(item -> switch (item) {
            case Item.Sequence codes -> TextFolding.characters(codes.elements());
            case Item.Text text -> Value.text(text.text(), text.exact());
            case Item.Number _, Item.Outside _ -> Value.UNKNOWN;
        });
    }

    private static Value mapped(Arguments arguments) {
        boolean characters = arguments.at(0).outside().contains("builtins.chr");
        return arguments
                .at(1)
                .flatMap(item -> characters && item instanceof Item.Sequence codes
                        ? Value.sequence(codes.elements().stream()
                                .map(code -> TextFolding.characters(List.of(code)))
                                .toList())
                        : Value.UNKNOWN);
    }

    private static Value textMethod(String method, Value receiver, Arguments arguments) {
        Value texts = receiver.flatMap(
                item -> item instanceof Item.Text text ? Value.text(text.text(), text.exact()) : Value.NOTHING);
        return switch (method) {
            case "join" -> TextFolding.join(texts, arguments.at(0));
            case "lower", "casefold" -> TextFolding.map(texts, text -> text.toLowerCase(java.util.Locale.ROOT));
            case "upper" -> TextFolding.map(texts, text -> text.toUpperCase(java.util.Locale.ROOT));
            case "swapcase" -> TextFolding.map(texts, EncodedText::swapCase);
            case "strip", "rstrip", "lstrip" ->
                arguments.positional().isEmpty() ? TextFolding.map(texts, String::strip) : Value.SOME_TEXT;
            case "encode", "expandtabs" -> texts;
            case "decode" -> EncodedText.python(texts, arguments.at(0, "encoding"));
            case "replace" -> TextFolding.replace(texts, arguments.positional());
            case "format", "format_map" -> EncodedText.format(texts, arguments.positional(), arguments.named());
            case "split" ->
                TextFolding.single(arguments.at(0))
                        ? TextFolding.split(
                                texts,
                                arguments
                                        .at(0)
                                        .texts()
                                        .findFirst()
                                        .orElseThrow()
                                        .text())
                        : Value.UNKNOWN;
            case "translate",
                    "removeprefix",
                    "removesuffix",
                    "title",
                    "capitalize",
                    "center",
                    "ljust",
                    "rjust",
                    "zfill" -> Value.SOME_TEXT;
            default -> Value.UNKNOWN;
        };
    }

    private static Value expanded(Value path) {
        return path.flatMap(
                item -> item instanceof Item.Text text && text.text().startsWith("~")
                        ? Value.text("/home/" + text.text(), text.exact())
                        : new Value(java.util.Set.of(item), false));
    }
}
