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

/// What a scrape of a service that has worked shows, and that dashboards and alerts ask for nothing else.
class ObservabilityIT {
    private static final Path DOCKER = Path.of("..", "docker");
    private static final Pattern METRIC = Pattern.compile("\\b(?:sandmill|http|jvm|process|system)_[a-z_]+\\b");
    private static final Pattern RULE = Pattern.compile("expr: '(.*)'");

    private static RedisServer redis;
    private static RunningService service;
    private static String scrape;

    @BeforeAll
    static void work(@TempDir Path home, @TempDir Path folder) throws Exception {
        redis = RedisServer.start();
        service = RunningService.start(home, redis, Map.of("EMBEDDER", "static"));
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> service.get("/readyz").status() == 200);
        String program = """
                {"kind":"execute","execute":{"language":"python","source":"print(%d)","cache":"off"}}""";
        assertThat(service.post("/v1/jobs?wait=30000", program.formatted(1))
                        .json()
                        .get("state")
                        .asString())
                .isEqualTo("done");
        assertThat(service.post("/v1/jobs?wait=30000", program.formatted(2), "Idempotency-Key", "k")
                        .status())
                .isEqualTo(200);
        assertThat(service.post("/v1/jobs?wait=30000", program.formatted(2), "Idempotency-Key", "k")
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
    }

    @AfterAll
    static void stop() throws Exception {
        service.close();
        redis.close();
    }

    private static double value(String series) {
        scrape = service.get("/actuator/prometheus").text();
        return scrape.lines()
                .filter(line -> line.startsWith(series + " "))
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
        assertThat(value("sandmill_jobs_enqueued_total{kind=\"execute\"}")).isEqualTo(2);
        assertThat(value("sandmill_jobs_deduplicated_total{kind=\"execute\"}")).isEqualTo(1);
        assertThat(value("sandmill_jobs_started_total{kind=\"execute\"}")).isEqualTo(2);
        assertThat(value("sandmill_jobs_completed_total{kind=\"execute\",outcome=\"done\"}"))
                .isEqualTo(2);
        assertThat(value("sandmill_queue_wait_seconds_count{kind=\"execute\"}")).isEqualTo(2);
        assertThat(value("sandmill_run_seconds_count{kind=\"index\"}")).isEqualTo(1);
        assertThat(value("sandmill_commit_seconds_count{kind=\"execute\"}")).isEqualTo(2);
        // The token table's rows are all there is to have.
        assertThat(value("sandmill_jobs_started_total{kind=\"index-exact\"}")).isZero();
        assertThat(value("sandmill_slots{kind=\"execute\",state=\"total\"}")).isPositive();
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

    @Test
    void everyExpressionOfDashboardsAndAlertsIsBalancedAndAsksForWhatThereIs() throws IOException {
        List<String> expressions = new ArrayList<>();
        try (Stream<Path> boards = Files.list(DOCKER.resolve("grafana"))) {
            for (Path board :
                    boards.filter(file -> file.toString().endsWith(".json")).toList()) {
                JsonNode root = JsonMapper.builder().build().readTree(Files.readAllBytes(board));
                root.get("panels")
                        .forEach(panel -> panel.get("targets")
                                .forEach(target ->
                                        expressions.add(target.get("expr").asString())));
            }
        }
        int ofBoards = expressions.size();
        Matcher rules = RULE.matcher(Files.readString(DOCKER.resolve("prometheus/alerts.yaml")));
        while (rules.find()) {
            expressions.add(rules.group(1));
        }
        assertThat(ofBoards).isGreaterThan(30);
        assertThat(expressions.size() - ofBoards).isGreaterThan(7);
        Set<String> there = scraped();
        assertThat(expressions).allSatisfy(expression -> {
            assertBalanced(expression);
            Matcher names = METRIC.matcher(expression.replaceAll("\"[^\"]*\"", ""));
            assertThat(names.find()).as(expression).isTrue();
            do {
                assertThat(there).as(expression).contains(names.group());
            } while (names.find());
        });
    }

    private static void assertBalanced(String expression) {
        StringBuilder open = new StringBuilder();
        for (char next : expression.replaceAll("\"[^\"]*\"", "").toCharArray()) {
            int closes = ")]}".indexOf(next);
            if ("([{".indexOf(next) >= 0) {
                open.append(next);
            } else if (closes >= 0) {
                assertThat(open).as(expression).isNotEmpty();
                assertThat(open.charAt(open.length() - 1)).as(expression).isEqualTo("([{".charAt(closes));
                open.deleteCharAt(open.length() - 1);
            }
        }
        assertThat(open).as(expression).isEmpty();
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
