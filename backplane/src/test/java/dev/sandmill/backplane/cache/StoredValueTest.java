package dev.sandmill.backplane.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class StoredValueTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private final Clock clock = Clock.fixed(Instant.parse("2026-01-01T00:00:00Z"), ZoneOffset.UTC);

    @Test
    void comesBackAsItWas() {
        StoredValue value = StoredValue.of(new byte[] {0, -1, 2}, HOUR, List.of("a", "é".repeat(60)), clock);
        StoredValue back = StoredValue.decode(value.encode(), clock).orElseThrow();
        assertThat(back.bytes()).containsExactly(0, -1, 2);
        assertThat(back.tags()).isEqualTo(value.tags());
        assertThat(back.endMillis()).isEqualTo(value.endMillis());
        assertThat(back.storedMillis()).isEqualTo(value.storedMillis());
        assertThat(back.absent()).isFalse();
        assertThat(StoredValue.decode(StoredValue.absent(HOUR, clock).encode(), clock)
                        .orElseThrow()
                        .value())
                .isEmpty();
    }

    @Test
    void whatIsOverOrForeignIsNothing() {
        byte[] encoded = StoredValue.of(new byte[] {1}, HOUR, List.of(), clock).encode();
        assertThat(StoredValue.decode(encoded, Clock.offset(clock, HOUR))).isEmpty();
        assertThat(StoredValue.decode(new byte[] {2, 0, 1}, clock)).isEmpty();
        encoded[0] = 1;
        assertThat(StoredValue.decode(encoded, clock)).isEmpty();
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
