package dev.sandmill.sandbox.syntax;

import java.util.HashMap;
import java.util.Map;

/// How much has been learned of a program's names, as a count that only grows. Whoever remembers the count at which it
/// looked at a name knows whether looking again can teach anything.
final class Progress {
    private final Map<String, Integer> learnedAt = new HashMap<>();
    private int count;
    private int allAt;

    int count() {
        return count;
    }

    /// The count at which something new was last learned of this name.
    int of(String name) {
        return Math.max(allAt, learnedAt.getOrDefault(name, 0));
    }

    void learned(String name) {
        learnedAt.put(name, ++count);
    }

    /// Every name may mean more than before, as after a star import.
    void learnedOfAll() {
        allAt = ++count;
    }
}
