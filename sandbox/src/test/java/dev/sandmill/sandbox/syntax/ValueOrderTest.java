package dev.sandmill.sandbox.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The sets of the Java library have another order in each JVM, and a message names the first of several paths.
class ValueOrderTest {
    private static final List<String> SOME = List.of("h", "b", "g", "a", "f", "c", "e", "d");

    private static List<String> texts(Value value) {
        return value.texts().map(Item.Text::text).toList();
    }

    private static Value anyOf(List<String> texts) {
        return texts.stream().map(Value::text).reduce(Value.NOTHING, Value::or);
    }

    @Test
    void whatAnExpressionMayBeKeepsTheOrderInWhichItWasFound() {
        assertThat(texts(anyOf(SOME))).isEqualTo(SOME);
    }

    @Test
    void everyCombinationOfTextsIsInTheOrderOfTheirParts() {
        List<String> expected = new ArrayList<>();
        SOME.forEach(text -> expected.add(text + "/"));

        assertThat(texts(Value.concatenation(List.of(anyOf(SOME), Value.text("/")))))
                .isEqualTo(expected);
    }
}
