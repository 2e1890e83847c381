package dev.sandmill.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.CacheMode;
import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Isolation;
import dev.sandmill.api.Limits;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.Violation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// A reader that fails, from which no program may profit.
class ReadingsTest {
    @Test
    void whatTheReaderIsNotUpToIsRejected() {
        for (PolicyLevel level : List.of(PolicyLevel.STANDARD, PolicyLevel.STRICT)) {
            assertThat(violations(level, () -> {
                        throw new IllegalStateException("a defect");
                    }))
                    .singleElement()
                    .satisfies(found -> {
                        assertThat(found.rule()).isEqualTo("syntax/defect");
                        assertThat(found.message()).contains("IllegalStateException");
                    });
        }
        assertThat(violations(PolicyLevel.STANDARD, ReadingsTest::endless))
                .extracting(Violation::rule)
                .containsExactly("syntax/defect");
    }

    @Test
    void whereNoPolicyAsksForItNothingIsRejected() {
        assertThat(violations(PolicyLevel.OFF, ReadingsTest::endless)).isEmpty();
    }

    /// Tried again, elsewhere perhaps.
    @Test
    void aParserThatCannotBeStartedIsNotTheSourcesFault() {
        UncheckedIOException away = new UncheckedIOException(new IOException("no such program"));
        assertThatThrownBy(() -> violations(PolicyLevel.STANDARD, () -> {
                    throw away;
                }))
                .isSameAs(away);
    }

    private static List<Violation> endless() {
        return endless();
    }

    private static List<Violation> violations(PolicyLevel level, Supplier<List<Violation>> reader) {
        return Readings.answered(program(level), reader, refusals -> refusals);
    }

    private static ExecuteCode program(PolicyLevel level) {
        return new ExecuteCode(
                "python",
                "print(1)",
                List.of(),
                null,
                List.of(),
                Content.EMPTY,
                Map.of(),
                List.of(),
                Limits.DEFAULT,
                level,
                Isolation.AUTO,
                CacheMode.AUTO,
                List.of());
    }
}
