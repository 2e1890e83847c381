package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService.Answer;
import dev.sandmill.orchestrator.git.WorkingCopy;
import dev.sandmill.orchestrator.tracing.Collector;
import dev.sandmill.orchestrator.tracing.Collector.Received;
import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One trace from a caller through the queue to what was done for him, as a collector receives it.
class TracesOverHttpIT {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String PROGRAM = """
            {"language":"python","source":"print(%d)","cache":"%s"}""";

    private static RedisServer redis;
    private static Collector collector;
    private static RunningService service;
    private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

    @BeforeAll
    static void start(@TempDir Path home) throws Exception {
        redis = RedisServer.start();
        collector = Collector.start();
        service = RunningService.start(
                home,
                redis,
                Map.of(
                        "EMBEDDER",
                        "static",
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + collector.port(),
                        "OTEL_BSP_SCHEDULE_DELAY",
                        "20"));
        LOG.start();
        root().addAppender(LOG);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> service.get("/readyz").status() == 200);
    }

    @AfterAll
    static void stop() throws Exception {
        root().detachAppender(LOG);
        service.close();
        collector.close();
        redis.close();
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private static String newTrace() {
        return UUID.randomUUID().toString().replace("-", "");
    }

    private static String traceparent(String trace) {
        return "00-" + trace + "-" + SPAN + "-01";
    }

    private static Received span(String trace, String name) {
        Awaitility.await()
                .atMost(SOON)
                .alias(name)
                .until(() -> collector.span(trace, name).isPresent());
        return collector.span(trace, name).orElseThrow();
    }

    @Test
    void aProgramIsOneTraceFromItsRequestToItsOutcome() {
        String trace = newTrace();
        Answer answer = service.post(
                "/v1/execute",
                PROGRAM.formatted(1, "off"),
                "traceparent",
                traceparent(trace),
                "tracestate",
                "vendor=a, other=b:1");
        assertThat(answer.status()).isEqualTo(200);

        Received request = span(trace, "POST /v1/execute");
        Received enqueue = span(trace, "enqueue execute");
        Received job = span(trace, "execute job");
        assertThat(request.parentId()).isEqualTo(SPAN);
        assertThat(request.kind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
        assertThat(request.attributes())
                .containsEntry("http.response.status_code", "200")
                .containsEntry("sandmill.request.id", answer.header("X-Request-Id"));
        assertThat(enqueue.parentId()).isEqualTo(request.spanId());
        assertThat(enqueue.kind()).isEqualTo(SpanKind.SPAN_KIND_PRODUCER);
        assertThat(job.parentId()).isEqualTo(enqueue.spanId());
        assertThat(job.kind()).isEqualTo(SpanKind.SPAN_KIND_CONSUMER);
        assertThat(job.attributes())
                .containsEntry("sandmill.job.id", answer.header("X-Job-Id"))
                .containsEntry("sandmill.execute.status", "ok");
        assertThat(span(trace, "wait in queue").parentId()).isEqualTo(enqueue.spanId());
        for (String step : List.of("validate", "lease container", "run", "commit")) {
            assertThat(span(trace, step).parentId()).as(step).isEqualTo(job.spanId());
        }
        Received run = span(trace, "run");
        assertThat(run.startNanos())
                .isGreaterThanOrEqualTo(job.startNanos())
                .isLessThan(run.endNanos())
                .isGreaterThanOrEqualTo(span(trace, "lease container").endNanos() - 1_000_000);
        assertThat(enqueue.endNanos()).isLessThanOrEqualTo(job.endNanos());
        assertThat(collector.trace(trace))
                .hasSize(8)
                .allSatisfy(each -> assertThat(each.state()).as(each.name()).isEqualTo("vendor=a,other=b:1"));
    }

    @Test
    void aTracestateThatIsTooLongOrNoneIsLeftOutAndTheTraceGoesOn() {
        for (String state : List.of("vendor=" + "x".repeat(600), "no state at all", "=")) {
            String trace = newTrace();
            service.post(
                    "/v1/execute", PROGRAM.formatted(7, "off"), "traceparent", traceparent(trace), "tracestate", state);
            Received job = span(trace, "execute job");
            assertThat(job.state()).as(state).isEmpty();
        }
    }

    @Test
    void anAnswerThatIsKnownIsATraceWithoutAJob() {
        String known = PROGRAM.formatted(2, "auto");
        service.post("/v1/execute", known);
        service.post("/v1/execute", known);
        String trace = newTrace();
        service.post("/v1/execute", known, "traceparent", traceparent(trace));
        assertThat(span(trace, "enqueue execute").parentId())
                .isEqualTo(span(trace, "POST /v1/execute").spanId());
        assertThat(collector.span(trace, "run")).isEmpty();
    }

    @Test
    void aPushIsOneTraceFromItsWebhookToTheEvent(@TempDir Path folder) throws Exception {
        WorkingCopy copy = WorkingCopy.init(folder).write("a.py", "def a():\n    return 1\n");
        copy.commit("first");
        String first = service.post("/v1/repositories", "{\"name\":\"pushed\",\"url\":\"" + folder + "\"}")
                .json()
                .get("jobId")
                .asString();
        assertThat(service.get("/v1/jobs/" + first + "?wait=30000")
                        .json()
                        .at("/outcome/status")
                        .asString())
                .isEqualTo("ok");
        service.post("/v1/webhooks", """
                {"name":"hook","provider":"github","secret":"s3cret-s3cret-s3cret","repository":"pushed"}""");
        assertThat(note("about", "repository/pushed")).isEqualTo(204);
        assertThat(note("other", "repository/pushed2")).isEqualTo(204);
        copy.write("b.py", "def b():\n    return 2\n").commit("second");

        String trace = newTrace();
        Answer pushed = push(trace, "{\"ref\":\"refs/heads/main\",\"after\":\"" + copy.head() + "\"}");
        assertThat(pushed.status()).as(pushed.toString()).isEqualTo(202);

        Received webhook = span(trace, "POST /webhooks/{provider}/{hook}");
        Received enqueue = span(trace, "enqueue index");
        Received job = span(trace, "index job");
        assertThat(enqueue.parentId()).isEqualTo(webhook.spanId());
        assertThat(job.parentId()).isEqualTo(enqueue.spanId());
        long last = 0;
        for (String step : List.of(
                "fetch",
                "plan",
                "chunk",
                "embed",
                "store",
                "commit index",
                "invalidate cache",
                "publish event",
                "commit")) {
            Received span = span(trace, step);
            assertThat(span.parentId()).as(step).isEqualTo(job.spanId());
            assertThat(span.endNanos()).as(step).isGreaterThan(last);
            last = span.endNanos();
        }
        assertThat(service.get("/v1/cache/entries/plan/about").status()).isEqualTo(404);
        assertThat(service.get("/v1/cache/entries/plan/other").status()).isEqualTo(200);
    }

    private static int note(String key, String tag) {
        return service.send(service.request("/v1/cache/entries/plan/" + key)
                        .setHeader("Content-Type", "application/json")
                        .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(
                                "{\"value\":1,\"encoding\":\"json\",\"tags\":[\"" + tag + "\"]}")))
                .status();
    }

    private static Answer push(String trace, String payload) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("s3cret-s3cret-s3cret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String signature = HexFormat.of().formatHex(mac.doFinal(payload.getBytes(StandardCharsets.UTF_8)));
        return service.post(
                "/webhooks/github/hook",
                payload,
                "X-GitHub-Event",
                "push",
                "X-GitHub-Delivery",
                UUID.randomUUID().toString(),
                "X-Hub-Signature-256",
                "sha256=" + signature,
                "traceparent",
                traceparent(trace));
    }

    @Test
    void aJobThatAnotherClientPutIntoTheQueueGoesOnWithItsTrace() {
        String trace = newTrace();
        redis.cli(
                "FCALL",
                "sandmill_submit",
                "1",
                "sm:{q}",
                "default",
                "{\"kind\":\"execute\",\"execute\":" + PROGRAM.formatted(3, "off") + "}",
                "",
                traceparent(trace));
        assertThat(span(trace, "execute job").parentId()).isEqualTo(SPAN);
    }

    @Test
    void whoDoesNotSampleIsNotTracedAndAHeaderThatIsNoneBeginsATrace() {
        String unsampled = newTrace();
        service.post("/v1/execute", PROGRAM.formatted(4, "off"), "traceparent", "00-" + unsampled + "-" + SPAN + "-00");
        String trace = newTrace();
        Answer odd = service.post(
                "/v1/execute", PROGRAM.formatted(5, "off"), "traceparent", "00-" + trace + "-" + SPAN + "-1");
        assertThat(odd.status()).isEqualTo(200);
        String sampled = newTrace();
        service.post("/v1/execute", PROGRAM.formatted(6, "off"), "traceparent", traceparent(sampled));
        span(sampled, "commit");
        assertThat(collector.trace(unsampled)).isEmpty();
        assertThat(collector.trace(trace)).isEmpty();
    }

    @Test
    void everyLogLineOfARequestAndItsJobNamesTheTrace() {
        String trace = newTrace();
        service.post(
                "/v1/jobs?wait=20000",
                "{\"kind\":\"execute\",\"execute\":" + PROGRAM.formatted(7, "off") + "}",
                "traceparent",
                traceparent(trace));
        Received request = span(trace, "POST /v1/jobs");
        Received job = span(trace, "execute job");
        List<JsonNode> lines = List.copyOf(LOG.list).stream()
                .filter(event -> trace.equals(event.getMDCPropertyMap().get("trace.id")))
                .map(TracesOverHttpIT::written)
                .toList();
        assertThat(lines)
                .extracting(line -> line.at("/message").asString())
                .anyMatch(text -> text.startsWith("execute job finished"));
        assertThat(lines)
                .allSatisfy(line -> assertThat(line.at("/trace/id").asString()).isEqualTo(trace));
        assertThat(lines).extracting(line -> line.at("/span/id").asString()).contains(request.spanId(), job.spanId());
    }

    /// As the service writes it where no test has set its logs up.
    private static JsonNode written(ILoggingEvent event) {
        StructuredLogEncoder encoder = new StructuredLogEncoder();
        encoder.setContext(root().getLoggerContext());
        encoder.setFormat("ecs");
        encoder.start();
        return JsonMapper.builder().build().readTree(encoder.encode(event));
    }

    @Test
    void spansSayWhoseTheyAre() {
        service.get("/v1/status");
        Awaitility.await().atMost(SOON).until(() -> !collector.resources().isEmpty());
        assertThat(collector.resources().getFirst())
                .containsEntry("service.name", "sandmill")
                .hasEntrySatisfying("service.instance.id", id -> assertThat(id).startsWith("test-"));
    }

    @Test
    void aCollectorThatIsAwayCostsSpansAndNothingElse() throws Exception {
        int port = collector.port();
        collector.close();
        for (int number = 0; number < 50; number++) {
            assertThat(service.post("/v1/execute", PROGRAM.formatted(8, "off")).status())
                    .isEqualTo(200);
        }
        assertThat(service.get("/readyz").status()).isEqualTo(200);
        collector = Collector.start(port);
        Awaitility.await().atMost(SOON).until(() -> {
            String trace = newTrace();
            service.post("/v1/execute", PROGRAM.formatted(9, "off"), "traceparent", traceparent(trace));
            return collector.requests() > 0;
        });
    }
}
