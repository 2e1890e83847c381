package dev.sandmill.docker;

import static dev.sandmill.docker.HelmChartTest.at;
import static dev.sandmill.docker.HelmChartTest.containers;
import static dev.sandmill.docker.HelmChartTest.environment;
import static dev.sandmill.docker.HelmChartTest.list;
import static dev.sandmill.docker.HelmChartTest.map;
import static dev.sandmill.docker.HelmChartTest.pod;
import static dev.sandmill.docker.HelmChartTest.rendered;
import static dev.sandmill.docker.HelmChartTest.workloads;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What the chart tells the service, against what the service reads and needs.
class HelmPodsTest {
    /// Of the workers' drain, their last attempts, and the web server; see `docs/operations.md`.
    private static final int LEAST_SECONDS_TO_STOP = 45;

    private static List<Map<String, Object>> everything() {
        return workloads(rendered(
                "embed.replicas", "2",
                "redis.caSecret", "ca",
                "tls.existingSecret", "tls",
                "tls.clientCaSecret", "clients",
                "tracing.endpoint", "http://collector:4318"));
    }

    private static Map<String, Object> service(Map<String, Object> workload) {
        return containers(pod(workload)).stream()
                .filter(container -> "sandmill".equals(container.get("name")))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theServiceReadsEveryVariableAndFindsEveryFileThatItIsToldOf() throws IOException {
        ServiceCode code = ServiceCode.read();
        for (Map<String, Object> workload : everything()) {
            Map<String, Object> service = service(workload);
            List<String> mounts = list(service.get("volumeMounts")).stream()
                    .map(mount -> at(mount, "mountPath").toString())
                    .toList();
            environment(service).forEach((name, value) -> {
                assertThat(code.reads(name)).as(name).isTrue();
                if (value.toString().startsWith("/run/secrets/")) {
                    assertThat(mounts).as(name).contains(value.toString().replaceAll("/[^/]+$", ""));
                }
            });
            assertThat(environment(service))
                    .containsKeys("SANDMILL_TLS_CERTIFICATE", "SANDMILL_TLS_KEY", "SANDMILL_REDIS_CA", "REDIS_URL");
        }
    }

    @Test
    void aPodThatIsToldToStopHasTheTimeToHandBackItsJobs() {
        for (Map<String, Object> workload : everything()) {
            String name = String.valueOf(at(workload, "metadata", "name"));
            assertThat(pod(workload)).as(name).containsKey("terminationGracePeriodSeconds");
            int pause = ((Number) at(service(workload), "lifecycle", "preStop", "sleep", "seconds")).intValue();
            assertThat(pause).as(name).isPositive();
            assertThat(((Number) pod(workload).get("terminationGracePeriodSeconds")).intValue() - pause)
                    .as(name)
                    .isGreaterThanOrEqualTo(LEAST_SECONDS_TO_STOP);
        }
    }

    @Test
    void everyPodHasADefaultSystemCallFilterAndEveryBudgetLeavesSome() {
        var objects = rendered("embed.replicas", "2");
        for (Map<String, Object> workload : workloads(objects)) {
            assertThat(at(pod(workload), "securityContext", "seccompProfile", "type"))
                    .isEqualTo("RuntimeDefault");
        }
        objects.values().stream()
                .filter(object -> "PodDisruptionBudget".equals(object.get("kind")))
                .forEach(budget ->
                        assertThat(at(budget, "spec", "maxUnavailable")).isEqualTo(1));
    }

    @Test
    void redisAndTheScrapeAreWhereTheValuesAndTheServiceSay() {
        var objects = rendered("networkPolicy.redis.port", "6390", "serviceMonitor.enabled", "true");
        assertThat(String.valueOf(at(objects.get("NetworkPolicy/r-sandmill"), "spec", "egress")))
                .contains("port=6390");
        assertThat(map(list(at(objects.get("ServiceMonitor/r-sandmill"), "spec", "endpoints"))
                        .getFirst()))
                .containsEntry("path", "/actuator/prometheus");
    }
}
