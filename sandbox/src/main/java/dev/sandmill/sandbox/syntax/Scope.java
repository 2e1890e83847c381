package dev.sandmill.sandbox.syntax;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names of one function, class, comprehension or file, each with everything it is ever bound to.
final class Scope {
    enum Kind {
        FILE,
        FUNCTION,
        CLASS,
        COMPREHENSION,
        BLOCK
    }

    private final Kind kind;
    private final @Nullable Scope outer;
    private final Map<String, Value> bindings = new HashMap<>();
    private final Set<String> redirected = new HashSet<>();

    Scope(Kind kind, @Nullable Scope outer) {
        this.kind = kind;
        this.outer = outer;
    }

    Kind kind() {
        return kind;
    }

    @Nullable
    Scope outer() {
        return outer;
    }

    Scope file() {
        Scope scope = this;
        while (scope.outer != null) {
            scope = scope.outer;
        }
        return scope;
    }

    /// Lets a name mean that of the scopes around, as `global` and `nonlocal` do.
    void redirect(String name) {
        redirected.add(name);
    }

    void declare(String name) {
        target(name).bindings.putIfAbsent(name, Value.NOTHING);
    }

    boolean declares(String name) {
        return bindings.containsKey(name) && (redirected.isEmpty() || !redirected.contains(name));
    }

    Value value(String name) {
        return bindings.getOrDefault(name, Value.NOTHING);
    }

    /// Declares a name that may be bound to a value.
    void bind(String name, Value value, Progress progress) {
        Scope target = target(name);
        Value before = target.bindings.get(name);
        Value known = before == null ? Value.NOTHING : before;
        Value after = known.or(value);
        if (before == null || after != known && !after.equals(known)) {
            target.bindings.put(name, after);
            progress.learned(name);
        }
    }

    Map<String, Value> bindings() {
        return bindings;
    }

    private Scope target(String name) {
        Scope scope = this;
        while (!scope.redirected.isEmpty() && scope.redirected.contains(name) && scope.outer != null) {
            scope = scope.outer;
            if (scope.outer == null || scope.declares(name)) {
                return scope;
            }
        }
        return scope;
    }
}
