package dev.sandmill.sandbox.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EngineAuditTest {
    @ParameterizedTest
    @CsvSource({
        "1.1.5+ds1, 2",
        "1.1.11,    2",
        "1.1.12,    1",
        "1.2.7,     1",
        "1.2.8,     0",
        "1.2.10,    0",
        "1.3.0,     1",
        "1.3.2,     1",
        "1.3.3,     0",
        "1.4.0,     0",
        "2.0.0,     0",
        "v1.1.4,    2",
        "unknown,   1",
    })
    void everyHoleOfAVersionIsToldWithTheVersionThatClosedIt(String version, int holes) {
        assertThat(EngineAudit.warnings(version)).hasSize(holes).allMatch(warning -> warning.contains(version));
    }
}
