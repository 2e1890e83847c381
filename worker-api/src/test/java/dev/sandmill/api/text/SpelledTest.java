package dev.sandmill.api.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpelledTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.000000001S, less than 1 ms",
        "PT0.001S, 1 ms",
        "PT0.25S, 250 ms",
        "PT1S, 1 s",
        "PT1.0009S, 1 s",
        "PT1.5S, 1500 ms",
        "PT60S, 60 s",
        "PT1M30S, 90 s",
        "PT2M, 2 min",
        "PT2M1S, 121 s",
        "PT1H, 1 h",
        "PT1H1M, 61 min",
        "P1D, 24 h",
        "PT-1S, -1 s",
        "PT-0.5S, -500 ms",
    })
    void aTimeIsAWholeNumberOfItsLargestUnit(Duration time, String spelled) {
        assertThat(Spelled.time(time)).isEqualTo(spelled);
    }
}
