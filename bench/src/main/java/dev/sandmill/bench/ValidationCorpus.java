package dev.sandmill.bench;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The hostile and ordinary programs that the sandbox's own tests use.
final class ValidationCorpus {
    static final List<String> LANGUAGES = List.of("python", "javascript", "typescript", "java", "bash");

    /// Programs that cannot be put together with others: one has no class, the rest the parser does not know whole.
    private static final List<String> ALONE = List.of(
            "compact-main", "json-writer", "agent-backup-rotate", "agent-matrix-and-arith", "agent-fd-and-read");

    private ValidationCorpus() {}

    /// @param rule that refuses it; empty for an ordinary program
    record Program(String language, String name, String rule, String source) {}

    /// @param kind `hostile` or `benign`
    static List<Program> programs(String kind, String language) throws IOException {
        String resource = "programs/" + kind + "-" + language + ".txt";
        try (InputStream in = ValidationCorpus.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException(resource + " is missing from the class path");
            }
            String all = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return Pattern.compile("^### ", Pattern.MULTILINE)
                    .splitAsStream(all)
                    .filter(text -> !text.isBlank())
                    .map(text -> program(language, text))
                    .toList();
        }
    }

    private static Program program(String language, String text) {
        int end = text.indexOf('\n');
        String[] head = text.substring(0, end).split(" => ");
        return new Program(language, head[0], head.length > 1 ? head[1] : "", text.substring(end + 1));
    }

    /// Ordinary programs after one another, again and again, until there are this many bytes; TypeScript is that of
    /// JavaScript, so that both parsers read the same.
    static String large(String wanted, int bytes) throws IOException {
        String language = wanted.equals("typescript") ? "javascript" : wanted;
        StringBuilder body = new StringBuilder();
        Set<String> imports = new LinkedHashSet<>();
        List<Program> programs = programs("benign", language).stream()
                .filter(program -> !ALONE.contains(program.name()))
                .toList();
        for (int i = 0; body.length() < bytes; i++) {
            String source = programs.get(i % programs.size()).source();
            if (language.equals("java")) {
                source.lines().filter(line -> line.startsWith("import ")).forEach(imports::add);
                source = source.lines()
                        .filter(line -> !line.startsWith("import "))
                        .collect(Collectors.joining("\n", "", "\n"));
            }
            if (language.equals("python")) {
                source = source.replace("from __future__ import annotations\n", "");
            }
            body.append(source);
        }
        return imports.isEmpty() ? body.toString() : String.join("\n", imports) + "\n" + body;
    }
}
