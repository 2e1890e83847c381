package dev.sandmill.sandbox.syntax;

import java.util.HashMap;
import java.util.Map;

/// Everything that a program ever stores under a member's name, on whatever object: fields, class bodies, and the
/// top-level names of its own files.
final class Members {
    private final Map<String, Value> values = new HashMap<>();
    private final Progress progress = new Progress();

    Progress progress() {
        return progress;
    }

    Value get(String name) {
        progress.looked();
        return known(name);
    }

    private Value known(String name) {
        return values.getOrDefault(name, Value.NOTHING);
    }

    void store(String name, Value value) {
        Value before = known(name);
        Value after = before.or(value);
        if (after != before && !after.equals(before)) {
            values.put(name, after);
            progress.learned(name);
        }
    }
}
