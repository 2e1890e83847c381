package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/// What an expression may evaluate to, over all paths through the program.
///
/// @param open whether it may also be something that is not among the items
public record Value(Set<Item> items, boolean open) {
    /// Not computed yet, or never.
    public static final Value NOTHING = new Value(Set.of(), false);

    static final Value UNKNOWN = new Value(Set.of(), true);
    static final Value SOME_TEXT = new Value(Set.of(new Item.Text("", false)), false);

    private static final int MAX_CONSTANTS = 12;
    private static final int MAX_TEXT = 1 << 16;
    private static final int MAX_SEGMENTS = 10;

    static Value outside(String path) {
        int segments = 1;
        for (int i = 0; i < path.length(); i++) {
            if (path.charAt(i) == '.' || path.charAt(i) == '(') {
                segments++;
            }
        }
        return segments > MAX_SEGMENTS ? UNKNOWN : new Value(Set.of(new Item.Outside(path)), false);
    }

    static Value text(String text) {
        return text(text, true);
    }

    static Value text(String text, boolean exact) {
        return text.length() <= MAX_TEXT
                ? new Value(Set.of(new Item.Text(text, exact)), false)
                : new Value(Set.of(new Item.Text(text.substring(0, MAX_TEXT), false)), false);
    }

    static Value number(long number) {
        return new Value(Set.of(new Item.Number(number)), false);
    }

    static Value sequence(List<Value> elements) {
        return elements.size() > 4_096 ? UNKNOWN : new Value(Set.of(new Item.Sequence(elements)), false);
    }

    Value or(Value other) {
        if (other.equals(NOTHING) || other.equals(this)) {
            return this;
        }
        if (equals(NOTHING)) {
            return other;
        }
        Set<Item> all = new LinkedHashSet<>(items);
        all.addAll(other.items);
        boolean isOpen = open || other.open;
        if (all.size() == items.size() && isOpen == open) {
            return this;
        }
        if (all.stream().filter(item -> !(item instanceof Item.Outside)).count() > MAX_CONSTANTS) {
            all.removeIf(item -> !(item instanceof Item.Outside));
            all.add(new Item.Text("", false));
            isOpen = true;
        }
        return new Value(Set.copyOf(all), isOpen);
    }

    Value orUnknown() {
        return or(UNKNOWN);
    }

    /// The union over all items of what `map` makes of each; open stays open.
    Value flatMap(Function<Item, Value> map) {
        Value result = open ? UNKNOWN : NOTHING;
        for (Item item : items) {
            result = result.or(map.apply(item));
        }
        return result;
    }

    public Stream<String> outsidePaths() {
        return items.isEmpty()
                ? Stream.empty()
                : items.stream().filter(Item.Outside.class::isInstance).map(item -> ((Item.Outside) item).path());
    }

    public boolean mayBeOutside() {
        for (Item item : items) {
            if (item instanceof Item.Outside) {
                return true;
            }
        }
        return false;
    }

    boolean mayBeText() {
        for (Item item : items) {
            if (item instanceof Item.Text) {
                return true;
            }
        }
        return false;
    }

    public Stream<Item.Text> texts() {
        return items.stream().filter(Item.Text.class::isInstance).map(Item.Text.class::cast);
    }

    /// Whether nothing but texts are possible, and all of them are known.
    public boolean isExactText() {
        return !open
                && !items.isEmpty()
                && items.stream().allMatch(item -> item instanceof Item.Text text && text.exact());
    }

    /// What an element of this may be.
    Value element() {
        Value result = NOTHING;
        for (Item item : items) {
            result = result.or(
                    switch (item) {
                        case Item.Sequence sequence ->
                            sequence.elements().stream().reduce(UNKNOWN, Value::or);
                        case Item.Outside _, Item.Text _, Item.Number _ -> UNKNOWN;
                    });
        }
        return result.or(UNKNOWN);
    }

    /// Every combination of one text of each part, put together; what is not text ends the known beginning.
    static Value concatenation(List<Value> parts) {
        List<Item.Text> results = new ArrayList<>(List.of(new Item.Text("", true)));
        for (Value part : parts) {
            if (part.equals(NOTHING)) {
                return NOTHING;
            }
            List<Item.Text> longer = new ArrayList<>();
            for (Item.Text before : results) {
                if (!before.exact()) {
                    longer.add(before);
                    continue;
                }
                part.texts().forEach(text -> longer.add(new Item.Text(before.text() + text.text(), text.exact())));
                if (part.open()
                        || part.items().isEmpty()
                        || part.texts().count() < part.items().size()) {
                    longer.add(new Item.Text(before.text(), false));
                }
            }
            results = longer.stream().distinct().toList();
            if (results.size() > MAX_CONSTANTS
                    || results.stream().anyMatch(text -> text.text().length() > MAX_TEXT)) {
                return SOME_TEXT;
            }
        }
        return new Value(Set.copyOf(results), false);
    }
}
