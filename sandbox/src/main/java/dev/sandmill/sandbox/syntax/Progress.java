package dev.sandmill.sandbox.syntax;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// How much has been learned of a program's names, as a count that only grows. Whoever remembers the count at which it
/// looked at a name knows whether looking again can teach anything. Counts also how often anybody looked at any.
final class Progress {
    /// The watchdog's limit; bounds of their own keep ordinary and hostile programs far below it.
    static final Duration MOST_TIME = Duration.ofSeconds(20);

    private final long deadline = System.nanoTime() + MOST_TIME.toNanos();
    private final Map<String, Name> names = new HashMap<>();
    private int count;
    private int allAt;
    private int looks;

    /// A name, with the count at which something new was last learned of it alone.
    static final class Name {
        private int learnedAt;
    }

    /// @throws TookTooLong after [#MOST_TIME]
    void requireTime() {
        if (System.nanoTime() - deadline > 0) {
            throw new TookTooLong();
        }
    }

    /// A program's names could not be resolved in time.
    static final class TookTooLong extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    int count() {
        return count;
    }

    /// The same object each time.
    Name name(String name) {
        return names.computeIfAbsent(name, key -> new Name());
    }

    /// The count at which something new was last learned of this name.
    int of(Name name) {
        return Math.max(allAt, name.learnedAt);
    }

    void learned(String name) {
        name(name).learnedAt = ++count;
    }

    void looked() {
        looks++;
    }

    int looks() {
        return looks;
    }

    /// Every name may mean more than before, as after a star import.
    void learnedOfAll() {
        allAt = ++count;
    }
}
