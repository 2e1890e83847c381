package dev.sandmill.api.json;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.Encoding;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.ProgramInput;
import dev.sandmill.api.SourceFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads a request to execute code, and refuses whatever no program could mean.
final class ExecuteReader {
    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z0-9+#._-]{1,64}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,254}");

    private final RequestBounds bounds;
    private final LimitsReader limits;

    ExecuteReader(RequestBounds bounds, Limits defaults, Limits ceiling) {
        this.bounds = bounds;
        this.limits = new LimitsReader(defaults, ceiling);
    }

    ExecuteCode read(Fields fields) {
        fields.only(
                "language",
                "source",
                "files",
                "entrypoint",
                "args",
                "stdin",
                "stdinEncoding",
                "env",
                "inputs",
                "limits",
                "policy",
                "isolation",
                "cache",
                "outputs");
        String language = fields.string("language");
        if (!LANGUAGE.matcher(language).matches()) {
            throw fields.invalid("language", "is not a language's name: \"" + Fields.shortened(language) + "\"");
        }
        Program program = program(fields);
        Map<String, String> env = env(fields);
        List<String> args = args(fields, env);
        Content stdin = content(fields, "stdin", "stdinEncoding", Content.EMPTY);
        List<ProgramInput> inputs = fields.list("inputs", bounds.inputs(), (node, name) -> input(node, name, env));
        checkStdin(fields, stdin, inputs);
        return new ExecuteCode(
                language,
                program.source(),
                program.files(),
                program.entrypoint(),
                args,
                stdin,
                env,
                inputs,
                limits.read(fields),
                fields.oneOf("policy", PolicyLevel.class, PolicyLevel.STANDARD),
                fields.oneOf("isolation", Isolation.class, Isolation.AUTO),
                fields.oneOf("cache", CacheMode.class, CacheMode.AUTO),
                outputs(fields));
    }

    private record Program(
            @Nullable String source,
            List<SourceFile> files,
            @Nullable String entrypoint) {}

    /// A source that is named by an entrypoint becomes a file of that name beside the other files.
    private Program program(Fields fields) {
        String source = fields.nullableString("source");
        List<SourceFile> files = new ArrayList<>(fields.list("files", bounds.files(), this::file));
        String entrypoint = fields.nullableString("entrypoint");
        if (entrypoint != null) {
            check(fields, "entrypoint", WorkspacePath.problem(entrypoint));
        }
        if (source == null && files.isEmpty()) {
            throw fields.invalid("source", "is missing; give source, files or both");
        }
        if (source != null && !files.isEmpty() && entrypoint == null) {
            throw fields.invalid("entrypoint", "is missing; beside files, it names the file that source becomes");
        }
        if (source != null && entrypoint != null) {
            files.addFirst(new SourceFile(entrypoint, Content.utf8(source)));
            source = null;
        }
        checkFiles(fields, source, files);
        String start = entrypoint;
        if (start != null && files.stream().noneMatch(file -> file.path().equals(start))) {
            throw fields.invalid("entrypoint", "names no file of files: \"" + Fields.shortened(start) + "\"");
        }
        return new Program(source, files, entrypoint);
    }

    private SourceFile file(JsonNode node, String name) {
        Fields file = Fields.object(node, name).only("path", "content", "encoding");
        String path = file.string("path");
        check(file, "path", WorkspacePath.problem(path));
        return new SourceFile(path, content(file, "content", "encoding", null));
    }

    private void checkFiles(Fields fields, @Nullable String source, List<SourceFile> files) {
        long bytes = source == null ? 0 : source.getBytes(StandardCharsets.UTF_8).length;
        for (SourceFile file : files) {
            bytes += file.content().size();
        }
        if (bytes > bounds.sourceBytes()) {
            throw fields.invalid(
                    source == null ? "files" : "source",
                    "is too large: " + bytes + " bytes of source; at most " + bounds.sourceBytes() + " are allowed");
        }
        int clash =
                WorkspacePath.firstClash(files.stream().map(SourceFile::path).toList());
        if (clash >= 0) {
            throw fields.invalid(
                    "files",
                    "has the path \"" + Fields.shortened(files.get(clash).path())
                            + "\" twice, or as a file and as a folder");
        }
    }

    private Map<String, String> env(Fields fields) {
        if (!fields.has("env")) {
            return Map.of();
        }
        Fields variables = fields.object("env");
        Map<String, String> env = new LinkedHashMap<>();
        for (String name : variables.names().stream().sorted().toList()) {
            if (!VARIABLE.matcher(name).matches()) {
                throw fields.invalid("env", "has a name that is no variable's: \"" + Fields.shortened(name) + "\"");
            }
            env.put(name, withoutNul(variables.string(name), variables.name(name)));
        }
        return env;
    }

    private List<String> args(Fields fields, Map<String, String> env) {
        List<String> args =
                fields.list("args", bounds.arguments(), (node, name) -> withoutNul(Fields.text(node, name), name));
        long bytes = 0;
        for (String arg : args) {
            bytes += sizeWithNul(arg);
        }
        for (Map.Entry<String, String> variable : env.entrySet()) {
            bytes += sizeWithNul(variable.getKey()) + sizeWithNul(variable.getValue());
        }
        if (bytes > bounds.argumentBytes()) {
            throw fields.invalid(
                    "args", "and env are " + bytes + " bytes; at most " + bounds.argumentBytes() + " are allowed");
        }
        return args;
    }

    private ProgramInput input(JsonNode node, String name, Map<String, String> env) {
        Fields input = Fields.object(node, name).only("stdin", "stdinEncoding", "args");
        return new ProgramInput(content(input, "stdin", "stdinEncoding", Content.EMPTY), args(input, env));
    }

    private void checkStdin(Fields fields, Content stdin, List<ProgramInput> inputs) {
        long bytes = stdin.size();
        for (ProgramInput input : inputs) {
            bytes += input.stdin().size();
        }
        if (bytes > bounds.stdinBytes()) {
            throw fields.invalid(
                    stdin.size() > bounds.stdinBytes() ? "stdin" : "inputs",
                    "is too large: " + bytes + " bytes of standard input; at most " + bounds.stdinBytes()
                            + " are allowed");
        }
    }

    private List<String> outputs(Fields fields) {
        return fields.list("outputs", bounds.outputs(), (node, name) -> {
            String glob = Fields.text(node, name);
            String problem = WorkspacePath.problem(glob);
            if (problem != null) {
                throw new InvalidJson(name, name + " " + problem);
            }
            return glob;
        });
    }

    private static Content content(Fields fields, String field, String encodingField, @Nullable Content absent) {
        Encoding encoding = fields.oneOf(encodingField, Encoding.class, Encoding.UTF8);
        if (absent != null && !fields.has(field)) {
            if (fields.has(encodingField)) {
                throw fields.invalid(encodingField, "is given without " + field);
            }
            return absent;
        }
        String text = fields.string(field);
        try {
            return switch (encoding) {
                case UTF8 -> Content.utf8(text);
                case BASE64 -> Content.base64(text);
            };
        } catch (IllegalArgumentException notBase64) {
            throw fields.invalid(field, "is not base64: " + notBase64.getMessage());
        }
    }

    private static void check(Fields fields, String field, @Nullable String problem) {
        if (problem != null) {
            throw fields.invalid(field, problem);
        }
    }

    private static String withoutNul(String text, String name) {
        if (text.indexOf('\0') >= 0) {
            throw new InvalidJson(name, name + " holds a NUL character");
        }
        return text;
    }

    private static long sizeWithNul(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length + 1L;
    }
}
