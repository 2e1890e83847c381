package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/// The alerts as Prometheus's own tool reads and runs them. The worlds that they are tried in are in
/// `prometheus/alerts.test.yaml`.
class AlertRulesIT {
    private static final Path FOLDER = Shell.root().resolve("docker/prometheus");

    private static String promtool(String... arguments) throws Exception {
        List<String> line = new java.util.ArrayList<>(List.of("promtool"));
        line.addAll(List.of(arguments));
        Process tool = new ProcessBuilder(line)
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        tool.getOutputStream().close();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(tool.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void everyAlertFiresWhenItShouldAndIsQuietOtherwise() throws Exception {
        assertThat(promtool("check", "rules", "alerts.yaml")).contains(alerts().size() + " rules found");
        assertThat(promtool("test", "rules", "alerts.test.yaml")).contains("SUCCESS");
    }

    @Test
    void noAlertIsLeftUntried() throws IOException {
        Set<String> quiet = new HashSet<>();
        Set<String> firing = new HashSet<>();
        for (Map<String, Object> world : list(yaml("alerts.test.yaml").get("tests"))) {
            for (Map<String, Object> question : list(world.get("alert_rule_test"))) {
                String alert = question.get("alertname").toString();
                (list(question.get("exp_alerts")).isEmpty() ? quiet : firing).add(alert);
            }
        }
        assertThat(alerts()).isNotEmpty().isEqualTo(quiet).isEqualTo(firing);
    }

    private static Set<String> alerts() throws IOException {
        Set<String> names = new HashSet<>();
        for (Map<String, Object> group : list(yaml("alerts.yaml").get("groups"))) {
            list(group.get("rules")).forEach(rule -> names.add(rule.get("alert").toString()));
        }
        return names;
    }

    private static Map<String, Object> yaml(String file) throws IOException {
        return new Yaml().load(Files.readString(FOLDER.resolve(file)));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object value) {
        return (List<Map<String, Object>>) value;
    }
}
