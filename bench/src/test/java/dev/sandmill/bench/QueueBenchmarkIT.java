package dev.sandmill.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class QueueBenchmarkIT {
    private static final QueueContest.Plan TINY = new QueueContest.Plan(40, 1, 0, 20, 1, 1, 200);

    private static final String SUBMITTED = "submitPerSecond";
    private static final String DRAINED = "drainPerSecond";
    private static final String WAITED = "enqueueToStartP99Millis";

    @TempDir
    Path home;

    @Test
    void everyModeHasItsFiguresAndABaselineOrWhyThereIsNone() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new QueueBenchmark(TINY)
                .run(
                        new Target(URI.create("http://127.0.0.1:1"), home.resolve("admin.key")),
                        new PrintStream(out),
                        true);

        JsonNode result = JsonMapper.shared().readTree(out.toString(StandardCharsets.UTF_8));
        assertThat(result.get("benchmark").asString()).isEqualTo("queue");
        assertThat(result.get("lines")
                        .valueStream()
                        .map(line -> line.get("persistence").asString()))
                .containsExactly("none", "everysec", "always");
        boolean beside = result.get("baseline").asString().startsWith("BullMQ 6.7.0");
        assertThat(beside || result.get("baseline").asString().startsWith("none: BullMQ is missing, since "))
                .isTrue();
        for (JsonNode line : result.get("lines")) {
            hasFigures(line, SUBMITTED, DRAINED, WAITED);
            hasFigures(line, "setP99Millis");
            assertThat(line.get("bullmq").isNull()).isNotEqualTo(beside);
            if (beside) {
                hasFigures(line.get("bullmq"), SUBMITTED, DRAINED, WAITED);
                hasFigures(line.get("bullmqBulk"), SUBMITTED, DRAINED);
                assertThat(line.get("drainRatio").asDouble()).isPositive();
            }
        }
    }

    private static void hasFigures(JsonNode line, String... figures) {
        for (String figure : figures) {
            assertThat(line.get(figure).asDouble()).as(figure).isPositive();
        }
    }

    @Test
    void jobsThatAreNotThereAreNoFigure() throws Exception {
        try (PrivateRedis redis = PrivateRedis.start(home, PrivateRedis.Persistence.NONE);
                OwnQueue queue = new OwnQueue(redis.uri())) {
            queue.submit(3);
            queue.drain(3);
            queue.submit(3);

            assertThatThrownBy(() -> queue.drain(2)).hasMessageContaining("of 2 jobs");
        }
    }

    @Test
    void withoutNodeOursRunsAlone() throws Exception {
        BullmqQueue.Installation none = BullmqQueue.install(home, Map.of("PATH", home.toString()));

        assertThat(none.folder()).isEmpty();
        assertThat(none.reason()).isEqualTo("node is not installed");
        assertThat(QueueContest.run(home, none, PrivateRedis.Persistence.NONE, TINY)
                        .figures())
                .hasSize(1);
    }
}
