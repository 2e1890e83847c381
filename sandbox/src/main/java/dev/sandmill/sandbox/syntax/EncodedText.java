package dev.sandmill.sandbox.syntax;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Texts behind the encodings and templates that code is commonly hidden with. What does not decode decodes to nothing.
final class EncodedText {
    private static final Pattern FIELD = Pattern.compile("\\{(\\w{0,40})\\}");
    private static final Pattern PERCENT = Pattern.compile("%(?:\\((\\w{1,40})\\))?[sdrac]");

    private EncodedText() {}

    static String hex(String text) {
        try {
            return new String(HexFormat.of().parseHex(text.replaceAll("\\s", "")), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notHex) {
            return "";
        }
    }

    /// As in a URL; what is no escape stays as it is.
    static String percent(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException noEscape) {
            return text;
        }
    }

    static String base64(String text) {
        try {
            String plain = text.replace('-', '+').replace('_', '/');
            return new String(Base64.getMimeDecoder().decode(plain), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notBase64) {
            return "";
        }
    }

    static String rot13(String text) {
        StringBuilder turned = new StringBuilder(text.length());
        for (char c : text.toCharArray()) {
            char base = Character.isUpperCase(c) ? 'A' : 'a';
            boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
            turned.append(letter ? (char) (base + (c - base + 13) % 26) : c);
        }
        return turned.toString();
    }

    static String swapCase(String text) {
        StringBuilder swapped = new StringBuilder(text.length());
        for (char c : text.toCharArray()) {
            swapped.append(Character.isUpperCase(c) ? Character.toLowerCase(c) : Character.toUpperCase(c));
        }
        return swapped.toString();
    }

    /// Decodes with one of Python's codecs.
    static Value python(Value text, Value encoding) {
        if (encoding.equals(Value.NOTHING)) {
            return text;
        }
        if (!TextFolding.single(encoding)) {
            return Value.SOME_TEXT;
        }
        String name = encoding.texts().findFirst().orElseThrow().text().toLowerCase(Locale.ROOT);
        return switch (name.replaceAll("[-_ ]", "")) {
            case "utf8", "ascii", "latin1", "iso88591", "cp1252" -> text;
            case "rot13" -> TextFolding.map(text, EncodedText::rot13);
            case "hex", "hexcodec" -> TextFolding.map(text, EncodedText::hex);
            case "base64", "base64codec" -> TextFolding.map(text, EncodedText::base64);
            default -> Value.SOME_TEXT;
        };
    }

    /// `"{}{name}".format(…)`, as far as fields are plain.
    static Value format(Value template, List<Value> positional, Map<String, Value> named) {
        return template.flatMap(item -> item instanceof Item.Text text && text.exact()
                ? filled(text.text(), FIELD, positional, named)
                : Value.SOME_TEXT);
    }

    /// `"%s" % …`.
    static Value percent(Value template, Value arguments) {
        List<Value> positional = new ArrayList<>();
        if (!arguments.open()
                && arguments.items().size() == 1
                && arguments.items().iterator().next() instanceof Item.Sequence(List<Value> elements)) {
            positional.addAll(elements);
        } else {
            positional.add(arguments);
        }
        return template.flatMap(item -> item instanceof Item.Text text && text.exact()
                ? filled(text.text(), PERCENT, positional, Map.of())
                : Value.SOME_TEXT);
    }

    private static Value filled(String template, Pattern field, List<Value> positional, Map<String, Value> named) {
        List<Value> parts = new ArrayList<>();
        Matcher matcher = field.matcher(template);
        int end = 0;
        int next = 0;
        while (matcher.find()) {
            parts.add(Value.text(template.substring(end, matcher.start())));
            String name = matcher.group(1) == null ? "" : matcher.group(1);
            if (name.isEmpty()) {
                parts.add(at(positional, next++));
            } else if (name.matches("\\d{1,3}")) {
                parts.add(at(positional, Integer.parseInt(name)));
            } else {
                parts.add(named.getOrDefault(name, Value.UNKNOWN));
            }
            end = matcher.end();
        }
        parts.add(Value.text(template.substring(end)));
        return Value.concatenation(parts.stream().map(EncodedText::printed).toList());
    }

    private static Value printed(Value value) {
        return value.flatMap(item -> item instanceof Item.Number(long number)
                ? Value.text(Long.toString(number))
                : item instanceof Item.Text text ? Value.text(text.text(), text.exact()) : Value.UNKNOWN);
    }

    private static Value at(List<Value> values, int index) {
        return index < values.size() ? values.get(index) : Value.UNKNOWN;
    }
}
