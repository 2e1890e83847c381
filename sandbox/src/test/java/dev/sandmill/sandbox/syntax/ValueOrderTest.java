package dev.sandmill.sandbox.syntax;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
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

    /// One value for all of them must be what one for each step would be, also where there are too many constants.
    @Test
    void whatManyItemsBecomeIsAsIfEachWereAddedToTheOnesBefore() {
        for (int more = 0; more < 40; more++) {
            Value items = anyOf(SOME).or(Value.outside("os"));
            int constants = more;
            Function<Item, Value> map = item -> {
                int seed = item instanceof Item.Text text ? text.text().charAt(0) : 0;
                Value some = seed % 3 == 0 ? Value.outside("p" + seed) : Value.NOTHING;
                for (int i = 0; i < constants % 5; i++) {
                    some = some.or(Value.text("t" + (seed * constants + i) % 31));
                }
                return constants < 8 && seed % 7 == 0 ? some.orUnknown() : some;
            };
            Value oneByOne = Value.NOTHING;
            for (Item item : items.items()) {
                oneByOne = oneByOne.or(map.apply(item));
            }
            Value atOnce = items.flatMap(map);
            assertThat(List.copyOf(atOnce.items())).isEqualTo(List.copyOf(oneByOne.items()));
            assertThat(atOnce.open()).isEqualTo(oneByOne.open());
        }
    }
}
