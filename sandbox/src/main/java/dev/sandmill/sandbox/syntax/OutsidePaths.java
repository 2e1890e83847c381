package dev.sandmill.sandbox.syntax;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;

/// Members and results of things from outside. A program asks for the same few thousands of times: each path is spelled
/// once, and is the same object each time.
final class OutsidePaths {
    private final BiFunction<String, String, Value> spelling;
    private final Map<String, Map<String, Value>> members = new HashMap<>();
    private final Map<String, Value> results = new HashMap<>();

    /// @param spelling what the member of a path by a name is
    OutsidePaths(BiFunction<String, String, Value> spelling) {
        this.spelling = spelling;
    }

    Value member(String path, String name) {
        return members.computeIfAbsent(path, key -> new HashMap<>())
                .computeIfAbsent(name, key -> spelling.apply(path, name));
    }

    /// What calling it gives, of which nothing else is known.
    Value result(String path) {
        return results.computeIfAbsent(path, key -> Value.outside(path + "()"));
    }
}
