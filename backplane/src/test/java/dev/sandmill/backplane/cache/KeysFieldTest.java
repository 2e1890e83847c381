package dev.sandmill.backplane.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeysFieldTest {
    private static List<String> read(Map<String, String> entry) {
        List<String> keys = new ArrayList<>();
        KeysField.forEach(entry, keys::add);
        return keys;
    }

    private static Map<String, String> asHeard(List<String> keys) {
        Map<String, String> entry = new HashMap<>(Map.of("n", "a namespace", "o", "an origin"));
        KeysField.of(keys).forEach((field, bytes) -> entry.put(field, new String(bytes, StandardCharsets.UTF_8)));
        return entry;
    }

    @Test
    void everyKeyArrivesWhateverIsInIt() {
        List<String> keys = List.of("a", "k1", "ks", "ä 𝄞\n", "", "\0", "a\0b", "b\0", "\0\0", "n", "o", " ");
        assertThat(read(asHeard(keys))).containsExactlyInAnyOrderElementsOf(keys);
        keys.forEach(key -> assertThat(read(asHeard(List.of(key)))).containsExactly(key));
    }

    @Test
    void ordinaryKeysShareOneField() {
        assertThat(KeysField.of(List.of("a", "b", "c"))).containsOnlyKeys("ks");
    }
}
