package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What an expression may evaluate to, over all paths through the program. Nearly all have one item or none, and are
/// asked for the same things again and again: those are worked out once. Items keep the order in which they were found,
/// so
/// that the same program is judged alike each time.
public final class Value {
    /// Not computed yet, or never.
    public static final Value NOTHING = new Value(Set.of(), false);

    static final Value UNKNOWN = new Value(Set.of(), true);
    static final Value SOME_TEXT = new Value(Set.of(new Item.Text("", false)), false);

    private static final Value EMPTY_TEXT = new Value(Set.of(new Item.Text("", true)), false);
    private static final int FEW = 2;
    private static final int MAX_TEXT = 1 << 16;
    private static final int MAX_SEGMENTS = 10;

    private final Set<Item> items;
    private final boolean open;
    private final List<String> outside;
    private final int texts;

    /// @param open whether it may also be something that is not among the items
    Value(Set<Item> items, boolean open) {
        this.items = items;
        this.open = open;
        List<String> paths = List.of();
        int textItems = 0;
        for (Item item : items) {
            if (item instanceof Item.Outside(String path)) {
                if (items.size() == 1) {
                    paths = List.of(path);
                } else {
                    paths = paths.isEmpty() ? new ArrayList<>() : paths;
                    paths.add(path);
                }
            } else if (item instanceof Item.Text) {
                textItems++;
            }
        }
        outside = paths;
        texts = textItems;
    }

    public Set<Item> items() {
        return items;
    }

    public boolean open() {
        return open;
    }

    @Override
    public boolean equals(Object other) {
        return this == other
                || other instanceof Value value
                        && open == value.open
                        && (items == value.items
                                || items.size() == value.items.size()
                                        && texts == value.texts
                                        && items.containsAll(value.items));
    }

    @Override
    public int hashCode() {
        return items.hashCode() * 31 + Boolean.hashCode(open);
    }

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

    private boolean isNothing() {
        return !open && items.isEmpty();
    }

    Value or(Value other) {
        if (other == this || other.isNothing()) {
            return this;
        }
        if (isNothing()) {
            return other;
        }
        boolean isOpen = open || other.open;
        if (items == other.items || items.containsAll(other.items)) {
            return isOpen == open ? this : new Value(items, isOpen);
        }
        if (items.isEmpty()) {
            return isOpen == other.open ? other : new Value(other.items, isOpen);
        }
        Set<Item> all = LinkedHashSet.newLinkedHashSet(items.size() + other.items.size());
        all.addAll(items);
        all.addAll(other.items);
        isOpen |= Union.widen(all);
        return new Value(Collections.unmodifiableSet(all), isOpen);
    }

    Value orUnknown() {
        return open ? this : items.isEmpty() ? UNKNOWN : new Value(items, true);
    }

    /// The union over all items of what `map` makes of each; open stays open.
    Value flatMap(Function<Item, Value> map) {
        if (items.size() <= FEW) {
            Value result = open ? UNKNOWN : NOTHING;
            for (Item item : items) {
                result = result.or(map.apply(item));
            }
            return result;
        }
        Union union = new Union(open);
        for (Item item : items) {
            union.add(map.apply(item));
        }
        return union.value();
    }

    /// The paths of everything from outside that it may be, without repeats.
    public List<String> outside() {
        return outside;
    }

    public Stream<String> outsidePaths() {
        return outside.stream();
    }

    public boolean mayBeOutside() {
        return !outside.isEmpty();
    }

    /// Whether it can be nothing but things from outside, all of which pass.
    boolean isOnlyOutside(Predicate<String> paths) {
        return !open && !outside.isEmpty() && outside.stream().allMatch(paths);
    }

    boolean mayBeText() {
        return texts > 0;
    }

    public Stream<Item.Text> texts() {
        if (texts == 0) {
            return Stream.empty();
        }
        return items.size() == 1
                ? Stream.of((Item.Text) items.iterator().next())
                : items.stream().filter(Item.Text.class::isInstance).map(Item.Text.class::cast);
    }

    /// Whether nothing but texts are possible, and all of them are known.
    public boolean isExactText() {
        return !open && texts > 0 && texts == items.size() && allTextsAreExact();
    }

    private boolean allTextsAreExact() {
        for (Item item : items) {
            if (item instanceof Item.Text text && !text.exact()) {
                return false;
            }
        }
        return true;
    }

    /// What an element of this may be.
    Value element() {
        Value result = UNKNOWN;
        for (Item item : items) {
            if (item instanceof Item.Sequence(List<Value> elements)) {
                for (Value element : elements) {
                    result = result.or(element);
                }
            }
        }
        return result;
    }

    /// Every combination of one text of each part, put together; what is not text ends the known beginning.
    static Value concatenation(List<Value> parts) {
        if (parts.isEmpty()) {
            return EMPTY_TEXT;
        }
        Value plain = plainConcatenation(parts);
        return plain == null ? everyConcatenation(parts) : plain;
    }

    /// Where each part is one known text, as nearly always; null elsewhere.
    private static @Nullable Value plainConcatenation(List<Value> parts) {
        StringBuilder whole = null;
        for (Value part : parts) {
            if (part.open || part.items.size() != 1 || !part.isExactText()) {
                return null;
            }
            if (parts.size() == 1) {
                return part;
            }
            whole = whole == null ? new StringBuilder() : whole;
            whole.append(((Item.Text) part.items.iterator().next()).text());
            if (whole.length() > MAX_TEXT) {
                return SOME_TEXT;
            }
        }
        return text(String.valueOf(whole));
    }

    private static Value everyConcatenation(List<Value> parts) {
        List<Item.Text> results = new ArrayList<>(List.of(new Item.Text("", true)));
        for (Value part : parts) {
            if (part.isNothing()) {
                return NOTHING;
            }
            if (results.size() == 1 && !results.getFirst().exact()) {
                continue; // nothing is known of what stands further behind
            }
            List<Item.Text> longer = new ArrayList<>();
            for (Item.Text before : results) {
                if (!before.exact()) {
                    longer.add(before);
                    continue;
                }
                for (Item item : part.items) {
                    if (item instanceof Item.Text text) {
                        longer.add(new Item.Text(before.text().concat(text.text()), text.exact()));
                    }
                }
                if (part.open || part.texts < part.items.size() || part.items.isEmpty()) {
                    longer.add(new Item.Text(before.text(), false));
                }
            }
            results = longer.size() == 1 ? longer : new ArrayList<>(new LinkedHashSet<>(longer));
            if (results.size() > Union.MAX_CONSTANTS || isTooLong(results)) {
                return SOME_TEXT;
            }
        }
        return new Value(
                results.size() == 1
                        ? Set.of(results.getFirst())
                        : Collections.unmodifiableSet(new LinkedHashSet<>(results)),
                false);
    }

    private static boolean isTooLong(List<Item.Text> texts) {
        for (Item.Text text : texts) {
            if (text.text().length() > MAX_TEXT) {
                return true;
            }
        }
        return false;
    }
}
