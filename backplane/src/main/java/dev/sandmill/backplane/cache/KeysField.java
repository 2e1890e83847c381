package dev.sandmill.backplane.cache;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// The keys that an entry of the invalidations' stream names: one field with all of them, one after the
/// other, since a field for each costs every process that hears of them as much again. A key that has the
/// separator in it has a field of its own.
final class KeysField {
    private static final String ALL = "ks";
    private static final String ONE = "k";
    private static final char SEPARATOR = 0;

    private KeysField() {}

    static Map<String, byte[]> of(List<String> keys) {
        Map<String, byte[]> fields = new HashMap<>();
        String together = keys.stream().filter(key -> !isApart(key)).collect(Collectors.joining("\0"));
        if (!together.isEmpty()) {
            fields.put(ALL, together.getBytes(StandardCharsets.UTF_8));
        }
        keys.stream()
                .filter(KeysField::isApart)
                .forEach(key -> fields.put(ONE + fields.size(), key.getBytes(StandardCharsets.UTF_8)));
        return fields;
    }

    /// The empty one has nothing that could stand between separators alone.
    private static boolean isApart(String key) {
        return key.isEmpty() || key.indexOf(SEPARATOR) >= 0;
    }

    static void forEach(Map<String, String> entry, Consumer<String> keys) {
        entry.forEach((field, value) -> {
            if (field.equals(ALL)) {
                int start = 0;
                for (int end = value.indexOf(SEPARATOR); end >= 0; end = value.indexOf(SEPARATOR, start)) {
                    keys.accept(value.substring(start, end));
                    start = end + 1;
                }
                keys.accept(value.substring(start));
            } else if (field.startsWith(ONE)) {
                keys.accept(value);
            }
        });
    }
}
