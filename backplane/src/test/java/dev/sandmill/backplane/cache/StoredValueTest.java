package dev.sandmill.backplane.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class StoredValueTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private final Clock clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @Test
    void comesBackAsItWas() {
        StoredValue value = StoredValue.of(new byte[] {0, -1, 2}, HOUR, List.of("a", "é".repeat(60)), clock);
        StoredValue back = decoded(value.encode());
        assertThat(back.bytes()).containsExactly(0, -1, 2);
        assertThat(back.tags()).isEqualTo(value.tags());
        assertThat(back.endMillis()).isEqualTo(value.endMillis());
        assertThat(back.storedMillis()).isEqualTo(value.storedMillis());
        assertThat(back.absent()).isFalse();
        assertThat(decoded(StoredValue.absent(HOUR, clock).encode()).value()).isEmpty();
    }

    private StoredValue decoded(byte[] encoded) {
        return Objects.requireNonNull(StoredValue.decode(encoded, clock.millis()));
    }

    @Test
    void whatIsOverOrForeignIsNothing() {
        byte[] encoded = StoredValue.of(new byte[] {1}, HOUR, List.of(), clock).encode();
        assertThat(StoredValue.decode(encoded, clock.millis() + HOUR.toMillis()))
                .isNull();
        assertThat(StoredValue.decode(new byte[] {2, 0, 1}, clock.millis())).isNull();
        encoded[0] = 1;
        assertThat(StoredValue.decode(encoded, clock.millis())).isNull();
    }

    @Test
    void tagsThatDoNotFitAreNothing() {
        byte[] encoded =
                StoredValue.of(new byte[] {1}, HOUR, List.of("tag"), clock).encode();
        for (byte count : new byte[] {-1, 3}) {
            byte[] broken = encoded.clone();
            broken[18] = count;
            assertThat(StoredValue.decode(broken, clock.millis())).isNull();
        }
        for (byte length : new byte[] {-1, 100}) {
            byte[] broken = encoded.clone();
            broken[19] = length;
            assertThat(StoredValue.decode(broken, clock.millis())).isNull();
        }
    }

    @Test
    void boundsItsTags() {
        assertThatThrownBy(() -> StoredValue.of(new byte[0], HOUR, Collections.nCopies(17, "t"), clock))
                .hasMessageContaining("16");
        assertThatThrownBy(() -> StoredValue.of(new byte[0], HOUR, List.of("t".repeat(129)), clock)
                        .encode())
                .hasMessageContaining("128");
    }

    @Test
    void isOnlyAsGoodAsAnotherThatEndsNoLater() {
        StoredValue value = StoredValue.of(new byte[] {1}, HOUR, List.of("t"), clock);
        assertThat(value.isAsGoodAs(StoredValue.of(new byte[] {1}, HOUR, List.of("t"), clock)))
                .isTrue();
        assertThat(value.isAsGoodAs(StoredValue.of(new byte[] {1}, HOUR.plusMillis(1), List.of("t"), clock)))
                .isFalse();
        assertThat(value.isAsGoodAs(StoredValue.of(new byte[] {2}, HOUR, List.of("t"), clock)))
                .isFalse();
        assertThat(value.isAsGoodAs(StoredValue.of(new byte[] {1}, HOUR, List.of(), clock)))
                .isFalse();
    }
}
