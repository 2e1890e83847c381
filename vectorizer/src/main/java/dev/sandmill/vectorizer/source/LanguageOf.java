package dev.sandmill.vectorizer.source;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The language of a file: by its name, its extension, or the interpreter that its first line names. Lower case, as in
/// `java`, `cpp`, `markdown`; `text` if nothing is known. Never throws, whatever the path. Thread-safe.
public final class LanguageOf {
    public static final String UNKNOWN = "text";

    private static final List<String> CPP_LINES =
            List.of("\nclass ", "\nnamespace ", "\ntemplate <", "\ntemplate<", "\npublic:", "\nprivate:");
    private static final int MAX_SHEBANG_CHARS = 256;

    private final Map<String, String> byExtension = new HashMap<>();
    private final Map<String, String> byName = new HashMap<>();
    private final Map<String, String> byInterpreter = new HashMap<>();

    public LanguageOf() {
        for (List<String> columns : RuleLines.read("languages.txt")) {
            for (String pattern : columns.subList(1, columns.size())) {
                Map<String, String> rules = switch (pattern.charAt(0)) {
                    case '.' -> byExtension;
                    case '=' -> byName;
                    case '!' -> byInterpreter;
                    default -> throw new IllegalStateException("languages.txt: not a pattern: " + pattern);
                };
                rules.put(pattern.substring(1), columns.getFirst());
            }
        }
    }

    public String of(String path) {
        return of(path, "");
    }

    /// @param text the file's text, or its beginning
    public String of(String path, String text) {
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        String named = byName.get(name);
        if (named != null) {
            return named;
        }
        int dot = name.lastIndexOf('.');
        String extended = dot < 0 ? null : byExtension.get(name.substring(dot + 1));
        if (extended != null) {
            return name.endsWith(".h") && looksLikeCpp(text) ? "cpp" : extended;
        }
        if (name.startsWith("dockerfile.") || name.startsWith("makefile.")) {
            return name.startsWith("d") ? "dockerfile" : "make";
        }
        return byInterpreter.getOrDefault(interpreter(text), UNKNOWN);
    }

    private static boolean looksLikeCpp(String text) {
        return CPP_LINES.stream().anyMatch(text::contains);
    }

    /// Of `#!/usr/bin/env -S python3.12 -u`: `python3`.
    private static String interpreter(String text) {
        if (!text.startsWith("#!")) {
            return "";
        }
        String line = text.substring(2, Math.min(text.length(), MAX_SHEBANG_CHARS))
                .lines()
                .findFirst()
                .orElse("");
        for (String word : line.strip().split("\\s+")) {
            String program = word.substring(word.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
            boolean option = program.startsWith("-") || program.contains("=");
            if (!option && !program.equals("env")) {
                int dot = program.indexOf('.');
                return dot > 0 ? program.substring(0, dot) : program;
            }
        }
        return "";
    }
}
