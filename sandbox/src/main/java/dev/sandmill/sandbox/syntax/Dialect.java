package dev.sandmill.sandbox.syntax;

import java.util.Locale;

/// A language as far as it is understood here. Programs in `OTHER` languages are checked for encoding and size only.
public enum Dialect {
    PYTHON,
    JAVASCRIPT,
    TYPESCRIPT,
    BASH,
    JAVA,
    OTHER;

    /// The dialect of a program's main file, by the canonical name that `GET /v1/languages` lists.
    public static Dialect ofLanguage(String language) {
        return switch (language.toLowerCase(Locale.ROOT)) {
            case "python", "python3", "python-data" -> PYTHON;
            case "javascript", "node" -> JAVASCRIPT;
            case "typescript" -> TYPESCRIPT;
            case "bash", "sh", "shell" -> BASH;
            case "java" -> JAVA;
            default -> OTHER;
        };
    }

    /// Whether programs of this dialect are resolved to facts.
    public boolean isResolved() {
        return this == PYTHON || this == JAVA || isScript();
    }

    boolean isScript() {
        return this == JAVASCRIPT || this == TYPESCRIPT;
    }
}
