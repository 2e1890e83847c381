package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A set of dotted names. `os.exec*` covers every name that begins so; any other covers itself and all below it.
public final class NamePatterns {
    private final Set<String> names = new HashSet<>();
    private final List<String> beginnings = new ArrayList<>();
    /// Of the names; beyond it nothing of a path is looked at, so that a path without end costs no more than others.
    private int longest;

    public NamePatterns(List<String> patterns) {
        for (String pattern : patterns) {
            if (pattern.endsWith("*")) {
                beginnings.add(pattern.substring(0, pattern.length() - 1));
            } else {
                names.add(pattern);
                longest = Math.max(longest, pattern.length());
            }
        }
    }

    public boolean covers(String path) {
        if (names.isEmpty() && beginnings.isEmpty()) {
            return false;
        }
        for (int i = 0; i <= Math.min(longest, path.length()); i++) {
            boolean boundary = i == path.length() || path.charAt(i) == '.' || path.charAt(i) == '(';
            if (boundary && names.contains(path.substring(0, i))) {
                return true;
            }
        }
        return hasBeginningOf(path);
    }

    private boolean hasBeginningOf(String path) {
        for (String beginning : beginnings) {
            if (path.startsWith(beginning)) {
                return true;
            }
        }
        return false;
    }

    /// Whether the set has this very name, or a beginning of it with `*`.
    public boolean hasNameOrBeginning(String path) {
        return names.contains(path) || hasBeginningOf(path);
    }

    /// Whether this very name is in the set; one whose end is computed, `__*`, only where the set has it as well.
    public boolean contains(String name) {
        return names.contains(name) || name.endsWith("*") && beginnings.contains(name.substring(0, name.length() - 1));
    }
}
