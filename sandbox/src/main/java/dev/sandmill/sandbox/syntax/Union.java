package dev.sandmill.sandbox.syntax;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/// What [Value#or] gives of many values one after another, without a value for each step.
final class Union {
    /// More constants are not told apart.
    static final int MAX_CONSTANTS = 12;

    private final Set<Item> all = new LinkedHashSet<>();
    private boolean isOpen;

    /// @param isOpen whether it may be something that is not among the items
    Union(boolean isOpen) {
        this.isOpen = isOpen;
    }

    void add(Value value) {
        isOpen |= value.open();
        boolean wasEmpty = all.isEmpty();
        if (all.addAll(value.items()) && !wasEmpty) {
            isOpen |= widen(all);
        }
    }

    Value value() {
        if (all.isEmpty()) {
            return isOpen ? Value.UNKNOWN : Value.NOTHING;
        }
        return new Value(Collections.unmodifiableSet(all), isOpen);
    }

    /// Takes the constants out where there are too many to be told apart; whether it did.
    static boolean widen(Set<Item> all) {
        if (all.size() <= MAX_CONSTANTS
                || all.stream().filter(item -> !(item instanceof Item.Outside)).count() <= MAX_CONSTANTS) {
            return false;
        }
        all.removeIf(item -> !(item instanceof Item.Outside));
        all.add(new Item.Text("", false));
        return true;
    }
}
