package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.git.WorkingCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a scrape of a service that has worked shows, and what Prometheus makes of it: every expression of
/// dashboards and alerts is asked. When alerts fire is told by the module `docker`.
class ObservabilityIT {
    private static final Path DOCKER = Path.of("..", "docker");
    /// In a legend of a dashboard.
    private static final Pattern LABEL = Pattern.compile("\\{\\{ *(\\w+) *}}");
    private static final Pattern ALERT_LABEL = Pattern.compile("\\$labels\\.(\\w+)");
    private static final Pattern VALUES = Pattern.compile("label_values\\((\\w+), *(\\w+)\\)");
    /// What makes an alert out of a number.
    private static final Pattern COMPARISON = Pattern.compile(" (?:==|>) [0-9.]+( or .*)?$");

    private static final String PROGRAM = """
            {"kind":"execute","execute":{"language":"python","source":"print(%d)","cache":"off"}}""";

    private static RedisServer redis;
    private static RunningService service;
    private static PrometheusServer prometheus;
    private static String scrape;
    private static String scrapeAfterWork;
    private static int programs = 2;

    @BeforeAll
    static void work(@TempDir Path home, @TempDir Path folder, @TempDir Path watching) throws Exception {
        redis = RedisServer.start();
        service = RunningService.start(home, redis, Map.of("EMBEDDER", "static"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> service.get("/readyz").status() == 200);
        // Before the work, so that it sees the counters rise.
        prometheus =
                PrometheusServer.start(DOCKER.resolve("prometheus"), watching, service.uri(""), service.adminKey());
        SocketClientProbe.connect(service, service.adminKey()).subscribe("pool").close();
        assertThat(service.post("/v1/jobs?wait=30000", PROGRAM.formatted(1))
                        .json()
                        .get("state")
                        .asString())
                .isEqualTo("done");
        assertThat(service.post("/v1/jobs?wait=30000", PROGRAM.formatted(2), "Idempotency-Key", "k")
                        .status())
                .isEqualTo(200);
        assertThat(service.post("/v1/jobs?wait=30000", PROGRAM.formatted(2), "Idempotency-Key", "k")
                        .status())
                .isEqualTo(200);
        WorkingCopy.init(folder).write("a.py", "def a():\n    return 1\n").commit("first");
        String job = service.post("/v1/repositories", "{\"name\":\"r\",\"url\":\"" + folder + "\"}")
                .json()
                .get("jobId")
                .asString();
        assertThat(service.get("/v1/jobs/" + job + "?wait=30000")
                        .json()
                        .at("/outcome/status")
                        .asString())
                .isEqualTo("ok");
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(() -> value("sandmill_jobs_completed_total{kind=\"index\",outcome=\"done\"}") == 1);
        scrapeAfterWork = scrape;
    }

    @AfterAll
    static void stop() throws Exception {
        prometheus.close();
        service.close();
        redis.close();
    }

    private static double value(String series) {
        scrape = service.get("/actuator/prometheus").text();
        return value(scrape, series);
    }

    /// As it was when the work at the beginning was done: tests may run more programs.
    private static double counted(String series) {
        return value(scrapeAfterWork, series);
    }

    private static double value(String scraped, String series) {
        return scraped.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static double completed() {
        return service.get("/actuator/prometheus")
                .text()
                .lines()
                .filter(line -> line.startsWith("sandmill_jobs_completed_total{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static Set<String> scraped() {
        return scrape.lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .map(line -> line.split("[{ ]", 2)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    void jobsAreCountedByWhatBecameOfThem() {
        assertThat(counted("sandmill_jobs_enqueued_total{kind=\"execute\"}")).isEqualTo(2);
        assertThat(counted("sandmill_jobs_deduplicated_total{kind=\"execute\"}"))
                .isEqualTo(1);
        assertThat(counted("sandmill_jobs_started_total{kind=\"execute\"}")).isEqualTo(2);
        assertThat(counted("sandmill_jobs_completed_total{kind=\"execute\",outcome=\"done\"}"))
                .isEqualTo(2);
        assertThat(counted("sandmill_queue_wait_seconds_count{kind=\"execute\"}"))
                .isEqualTo(2);
        assertThat(counted("sandmill_run_seconds_count{kind=\"index\"}")).isEqualTo(1);
        assertThat(counted("sandmill_commit_seconds_count{kind=\"execute\"}")).isEqualTo(2);
        // The token table's rows are all there is to have.
        assertThat(counted("sandmill_jobs_started_total{kind=\"index-exact\"}")).isZero();
        assertThat(counted("sandmill_slots{kind=\"execute\",state=\"total\"}")).isPositive();
    }

    @Test
    void everyMetricThatOperatorsExpectIsThereBeforeAnythingHappened() {
        assertThat(scraped())
                .contains(
                        "sandmill_jobs_rejected_total",
                        "sandmill_jobs_retried_total",
                        "sandmill_jobs_postponed_total",
                        "sandmill_jobs_dead_total",
                        "sandmill_jobs_fenced_total",
                        "sandmill_jobs_reclaimed_total",
                        "sandmill_ws_dropped_total",
                        "sandmill_ws_closed_total",
                        "sandmill_ws_send_seconds_bucket",
                        "sandmill_queue_depth",
                        "sandmill_queue_oldest_age_seconds",
                        "sandmill_queue_wait_seconds_bucket",
                        "sandmill_run_seconds_bucket",
                        "sandmill_commit_seconds_bucket",
                        "sandmill_heartbeat_lag_seconds_bucket",
                        "sandmill_redis_call_seconds_bucket",
                        "sandmill_jobs_inflight",
                        "sandmill_desired_slots",
                        "sandmill_ws_sessions",
                        "sandmill_breaker_state",
                        "sandmill_breaker_refused_total",
                        "sandmill_tuning_value");
    }

    /// One series of a panel and how its line is called.
    private record Line(String board, String expression, String legend) {}

    private static List<Line> lines() throws IOException {
        List<Line> lines = new ArrayList<>();
        try (Stream<Path> boards = Files.list(DOCKER.resolve("grafana"))) {
            for (Path board :
                    boards.filter(file -> file.toString().endsWith(".json")).toList()) {
                JsonNode root = JsonMapper.builder().build().readTree(Files.readAllBytes(board));
                String title = root.get("title").asString();
                for (JsonNode panel : root.get("panels")) {
                    for (JsonNode target : panel.get("targets")) {
                        lines.add(new Line(
                                title + ", " + panel.get("title").asString(),
                                target.get("expr").asString(),
                                target.get("legendFormat").asString()));
                    }
                }
                for (JsonNode variable : root.get("templating").get("list")) {
                    Matcher values = VALUES.matcher(variable.get("query").asString());
                    if (values.matches()) {
                        lines.add(new Line(title + ", variable", values.group(1), "{{" + values.group(2) + "}}"));
                    }
                }
            }
        }
        return lines;
    }

    @Test
    void everyLineOfTheDashboardsHasNumbersAndTheLabelsOfItsLegend() throws Exception {
        List<Line> lines = lines();
        assertThat(lines).hasSizeGreaterThan(45);
        for (Line line : lines) {
            assertThat(line.expression()).as(line.board()).doesNotContain("[[");
            String expression = line.expression().replace("$instance", ".*");
            assertThat(expression).as("unknown variable").doesNotContain("$");
            // The first renewal of leases, and so its first number, comes after five seconds.
            JsonNode series = Awaitility.await(line.toString())
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> afterMoreWork(expression), ObservabilityIT::hasNumber);
            Matcher names = LABEL.matcher(line.legend());
            while (names.find()) {
                for (JsonNode one : series) {
                    assertThat(one.get("metric").has(names.group(1)))
                            .as("%s: {{%s}} in %s", line, names.group(1), one)
                            .isTrue();
                }
            }
        }
    }

    /// A rate has a number only where something happened between two scrapes: so something does.
    private static JsonNode afterMoreWork(String expression) throws Exception {
        JsonNode series = prometheus.query(expression);
        if (!hasNumber(series)) {
            assertThat(service.post("/v1/jobs?wait=30000", PROGRAM.formatted(++programs))
                            .status())
                    .isEqualTo(200);
        }
        return series;
    }

    private static boolean hasNumber(JsonNode series) {
        for (JsonNode one : series) {
            if (!one.get("value").get(1).asString().equals("NaN")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void everyAlertIsEvaluatedOnWhatThereIsAndQuietWhereAllIsWell() throws Exception {
        JsonNode rules = Awaitility.await("every rule was evaluated")
                .atMost(Duration.ofSeconds(30))
                .until(prometheus::rules, ObservabilityIT::allEvaluated);
        assertThat(rules.size()).isGreaterThan(10);
        for (JsonNode rule : rules) {
            String name = rule.get("name").asString();
            String expression = rule.get("query").asString();
            assertThat(rule.get("health").asString()).as(rule.toString()).isEqualTo("ok");
            assertThat(rule.get("state").asString()).as(rule.toString()).isEqualTo("inactive");
            // What is compared: an alert about what nobody measures would be quiet for ever. No request failed here.
            String asked = COMPARISON.matcher(expression).replaceAll("").replace("5..", "2..");
            JsonNode compared = Awaitility.await(name)
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> prometheus.query(asked), found -> !found.isEmpty());
            Matcher names = ALERT_LABEL.matcher(rule.get("annotations").toString());
            while (names.find()) {
                assertThat(compared.get(0).get("metric").has(names.group(1)))
                        .as("%s: $labels.%s in %s", name, names.group(1), compared)
                        .isTrue();
            }
        }
    }

    private static boolean allEvaluated(JsonNode rules) {
        for (JsonNode rule : rules) {
            if (rule.get("health").asString().equals("unknown")) {
                return false;
            }
        }
        return true;
    }

    @Test
    void whatPrometheusHasIsWhatTheServiceCounted() throws Exception {
        // Tests before this one may have run more programs than the three jobs of the beginning.
        Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> {
            String seen = prometheus
                    .query("sum(sandmill_jobs_completed_total)")
                    .get(0)
                    .get("value")
                    .get(1)
                    .asString();
            assertThat(Double.parseDouble(seen)).isGreaterThanOrEqualTo(3).isEqualTo(completed());
        });
    }

    @Test
    void everyRunbookThatAnAlertNamesIsWritten() throws IOException {
        String alerts = Files.readString(DOCKER.resolve("prometheus/alerts.yaml"));
        String headings = Files.readString(Path.of("..", "docs", "operations.md"))
                .lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceAll("^#+ ", "")
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace(' ', '-'))
                .collect(Collectors.joining("\n"));
        Matcher links = Pattern.compile("docs/operations.md#([a-z-]+)").matcher(alerts);
        int found = 0;
        while (links.find()) {
            assertThat(headings.lines()).contains(links.group(1));
            found++;
        }
        assertThat(found).isGreaterThan(7);
    }
}
