package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Computes texts that a program puts together, as far as that takes no running of it. Every answer covers what the
/// program could compute: an unknown part ends the known beginning.
final class TextFolding {
    private TextFolding() {}

    static Value map(Value receiver, UnaryOperator<String> change) {
        return receiver.flatMap(item -> item instanceof Item.Text text && text.exact()
                ? Value.text(change.apply(text.text()))
                : Value.SOME_TEXT);
    }

    static Value repeated(Value text, Value times) {
        boolean known = times.items().size() == 1 && !times.open();
        return known && times.items().iterator().next() instanceof Item.Number(long count) && count >= 0 && count <= 64
                ? map(text, once -> once.repeat((int) count))
                : text.items().size() == 1
                                && !text.open()
                                && text.items().iterator().next() instanceof Item.Number
                                && times.mayBeText()
                        ? repeated(times, text)
                        : Value.SOME_TEXT;
    }

    static Value join(Value separator, Value parts) {
        return separator.flatMap(item -> item instanceof Item.Text text && text.exact()
                ? parts.flatMap(list -> joined(text.text(), list))
                : Value.SOME_TEXT);
    }

    private static Value joined(String separator, Item list) {
        return switch (list) {
            case Item.Sequence sequence -> {
                List<Value> parts = new ArrayList<>();
                for (Value element : sequence.elements()) {
                    if (!parts.isEmpty()) {
                        parts.add(Value.text(separator));
                    }
                    parts.add(element);
                }
                yield Value.concatenation(parts);
            }
            case Item.Text text
            when text.exact() ->
                Value.text(String.join(
                        separator,
                        text.text().codePoints().mapToObj(Character::toString).toList()));
            case Item.Text _, Item.Outside _, Item.Number _ -> Value.SOME_TEXT;
        };
    }

    static Value reversed(Value value) {
        return value.flatMap(item -> switch (item) {
            case Item.Text text
            when text.exact() ->
                Value.text(new StringBuilder(text.text()).reverse().toString());
            case Item.Sequence sequence -> Value.sequence(sequence.elements().reversed());
            case Item.Text _ -> Value.SOME_TEXT;
            case Item.Outside _, Item.Number _ -> Value.UNKNOWN;
        });
    }

    /// The characters that code points stand for: `chr` and `String.fromCharCode`.
    static Value characters(List<Value> codes) {
        List<Value> parts = new ArrayList<>();
        for (Value code : codes) {
            parts.add(code.flatMap(
                    item -> item instanceof Item.Number number && Character.isValidCodePoint((int) number.number())
                            ? Value.text(Character.toString((int) number.number()))
                            : Value.SOME_TEXT));
        }
        return Value.concatenation(parts);
    }

    /// The characters or elements from `start` (included) to `end` (not included); null is the respective end,
    /// negative counts from the back.
    static Value slice(Value value, @Nullable Long start, @Nullable Long end) {
        return value.flatMap(item -> switch (item) {
            case Item.Text text
            when text.exact() -> {
                int length = text.text().length();
                int from = clamp(start, 0, length);
                int to = clamp(end, length, length);
                yield Value.text(from < to ? text.text().substring(from, to) : "");
            }
            case Item.Sequence sequence -> {
                int length = sequence.elements().size();
                int from = clamp(start, 0, length);
                int to = clamp(end, length, length);
                yield Value.sequence(from < to ? sequence.elements().subList(from, to) : List.of());
            }
            case Item.Text _ -> Value.SOME_TEXT;
            case Item.Outside _, Item.Number _ -> Value.UNKNOWN;
        });
    }

    private static int clamp(@Nullable Long index, int absent, int length) {
        if (index == null) {
            return absent;
        }
        return Math.clamp(index < 0 ? index + length : index, 0, length);
    }

    static Value arithmetic(String operator, Value left, Value right) {
        if (left.open()
                || right.open()
                || left.items().size() != 1
                || right.items().size() != 1) {
            return Value.UNKNOWN;
        }
        if (left.items().iterator().next() instanceof Item.Number(long a)
                && right.items().iterator().next() instanceof Item.Number(long b)) {
            return switch (operator) {
                case "+" -> Value.number(a + b);
                case "-" -> Value.number(a - b);
                case "*" -> Value.number(a * b);
                case "^" -> Value.number(a ^ b);
                case "|" -> Value.number(a | b);
                case "&" -> Value.number(a & b);
                case "//" -> b == 0 ? Value.UNKNOWN : Value.number(Math.floorDiv(a, b));
                case "%" -> b == 0 ? Value.UNKNOWN : Value.number(Math.floorMod(a, b));
                default -> Value.UNKNOWN;
            };
        }
        return Value.UNKNOWN;
    }

    /// The pieces of every exact text between a separator; without one, its characters.
    static Value split(Value receiver, String separator) {
        return receiver.flatMap(item -> {
            if (!(item instanceof Item.Text text) || !text.exact()) {
                return Value.UNKNOWN;
            }
            List<String> pieces = separator.isEmpty()
                    ? text.text().codePoints().mapToObj(Character::toString).toList()
                    : List.of(text.text().split(Pattern.quote(separator), -1));
            return Value.sequence(pieces.stream().map(Value::text).toList());
        });
    }

    /// A text with some of its parts replaced, where all three are known.
    static Value replace(Value receiver, List<Value> arguments) {
        if (arguments.size() < 2 || !single(arguments.get(0)) || !single(arguments.get(1))) {
            return Value.SOME_TEXT;
        }
        String old = arguments.get(0).texts().findFirst().orElseThrow().text();
        String by = arguments.get(1).texts().findFirst().orElseThrow().text();
        boolean tooLong = by.length() > 256
                || receiver.texts().anyMatch(text -> text.text().length() > 4_096);
        return tooLong ? Value.SOME_TEXT : map(receiver, text -> text.replace(old, by));
    }

    static boolean single(Value value) {
        return value.isExactText() && value.items().size() == 1;
    }
}
