package dev.sandmill.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CacheBenchmarkIT {
    @TempDir
    Path home;

    @Test
    void everyStepHasItsTimesAndEveryPatternItsHitRates() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new CacheBenchmark(2)
                .run(
                        new Target(URI.create("http://127.0.0.1:1"), home.resolve("admin.key")),
                        new PrintStream(out),
                        true);

        JsonNode result = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(result.get("times")
                        .valueStream()
                        .map(time -> time.get("runs").asInt()))
                .containsExactly(200, 200, 2, 2, 2);
        for (JsonNode time : result.get("times")) {
            assertThat(time.get("p50Micros").asDouble()).isPositive();
            assertThat(time.get("ratio").asDouble()).isPositive();
        }
        assertThat(result.get("hitRates")
                        .valueStream()
                        .map(rate -> rate.get("name").asString()))
                .containsExactly("80/20", "scan");
        for (JsonNode rate : result.get("hitRates")) {
            assertThat(rate.get("hitRate").asDouble()).isBetween(0.01, 0.99);
        }
    }
}
