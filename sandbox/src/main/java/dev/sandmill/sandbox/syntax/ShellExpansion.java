package dev.sandmill.sandbox.syntax;

import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What an expansion makes of the variable that it names: `${x:1:4}`, `${x/a/b}`, `${x,,}`, `${x[1]}`, `${x%.y}`.
final class ShellExpansion {
    private static final Pattern CHANGED = Pattern.compile("\\$\\{(\\w+)([^\\w}][^}]*)}");
    private static final Pattern SLICE = Pattern.compile(":(\\d{1,6})(?::(\\d{1,6}))?");
    private static final Pattern REPLACEMENT = Pattern.compile("//?([\\w.-]+)(?:/([\\w.-]*))?");
    private static final Pattern TRIM = Pattern.compile("(%%?|##?)([\\w.-]+)");

    private ShellExpansion() {}

    /// Null for an expansion that changes nothing, or in a way that is not followed.
    ///
    /// @param variables what each may hold
    static @Nullable Value changed(String expansion, Function<String, Value> variables) {
        if (isPlain(expansion)) {
            return null;
        }
        Matcher parts = CHANGED.matcher(expansion);
        if (!parts.matches()) {
            return null;
        }
        String change = parts.group(2);
        Value value = variables.apply(parts.group(1));
        if (change.startsWith("[")) {
            return value;
        }
        Matcher slice = SLICE.matcher(change);
        if (slice.matches()) {
            long from = Long.parseLong(slice.group(1));
            return TextFolding.slice(
                    value, from, slice.group(2) == null ? null : from + Long.parseLong(slice.group(2)));
        }
        return switch (change) {
            case ",", ",," -> TextFolding.map(value, text -> text.toLowerCase(Locale.ROOT));
            case "^", "^^" -> TextFolding.map(value, text -> text.toUpperCase(Locale.ROOT));
            default -> replaced(value, change);
        };
    }

    /// `${name}`, as most are.
    private static boolean isPlain(String expansion) {
        for (int i = 2; i < expansion.length() - 1; i++) {
            char c = expansion.charAt(i);
            if (c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z')) {
                return false;
            }
        }
        return true;
    }

    private static @Nullable Value replaced(Value value, String change) {
        Matcher replacement = REPLACEMENT.matcher(change);
        if (replacement.matches()) {
            String by = replacement.group(2) == null ? "" : replacement.group(2);
            return TextFolding.map(value, text -> text.replace(replacement.group(1), by));
        }
        Matcher trim = TRIM.matcher(change);
        if (!trim.matches()) {
            return null;
        }
        String end = trim.group(2);
        boolean atEnd = change.startsWith("%");
        return TextFolding.map(value, text -> {
            if (atEnd) {
                return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
            }
            return text.startsWith(end) ? text.substring(end.length()) : text;
        });
    }
}
