package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

/// The chart as Helm itself reads and renders it.
class HelmChartTest {
    private static final Path CHART = Path.of("helm", "sandmill");
    private static final Map<String, String> LEAST = Map.of(
            "image.repository", "registry.example/sandmill",
            "redis.existingSecret", "redis",
            "adminKey.existingSecret", "admin",
            "languages.registry", "registry.example/languages");

    private static Map<String, String> with(String... settings) {
        Map<String, String> values = new HashMap<>(LEAST);
        for (int at = 0; at < settings.length; at += 2) {
            values.put(settings[at], settings[at + 1]);
        }
        return values;
    }

    /// What `helm template` writes, read again, by kind and name.
    static Map<String, Map<String, Object>> rendered(String... settings) {
        TemplateCommand template = new Helm(CHART).template().withName("r");
        with(settings).forEach(template::set);
        Map<String, Map<String, Object>> objects = new HashMap<>();
        for (Object document : new Yaml().loadAll(template.call())) {
            if (document != null) {
                Map<String, Object> object = map(document);
                String name = object.get("kind") + "/" + at(object, "metadata", "name");
                assertThat(objects.put(name, object)).as(name + " twice").isNull();
                assertThat(object).as(name).containsKey("apiVersion");
            }
        }
        return objects;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> map(Object value) {
        assertThat(value).isInstanceOf(Map.class);
        return (Map<String, Object>) value;
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(Object value) {
        assertThat(value).isInstanceOf(List.class);
        return (List<Object>) value;
    }

    static Object at(Object object, String... path) {
        Object value = object;
        for (String key : path) {
            value = map(value).get(key);
            assertThat(value).as(key).isNotNull();
        }
        return value;
    }

    static Map<String, Object> pod(Map<String, Object> workload) {
        return map(at(workload, "spec", "template", "spec"));
    }

    static List<Map<String, Object>> containers(Map<String, Object> pod) {
        return Stream.concat(
                        list(pod.get("containers")).stream(),
                        list(pod.getOrDefault("initContainers", List.of())).stream())
                .map(HelmChartTest::map)
                .toList();
    }

    static List<Map<String, Object>> workloads(Map<String, Map<String, Object>> objects) {
        return objects.values().stream()
                .filter(object -> Set.of("Deployment", "StatefulSet").contains(object.get("kind")))
                .toList();
    }

    static Map<String, Object> environment(Map<String, Object> container) {
        Map<String, Object> environment = new HashMap<>();
        for (Object each : list(container.get("env"))) {
            Map<String, Object> variable = map(each);
            environment.put(
                    String.valueOf(variable.get("name")), variable.getOrDefault("value", variable.get("valueFrom")));
        }
        return environment;
    }

    /// Lint takes no values, so that what has to be set is set in a copy.
    @Test
    void theChartHasNothingThatHelmWarnsOf(@TempDir Path copy) throws IOException {
        try (Stream<Path> files = Files.walk(CHART)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = copy.resolve("sandmill").resolve(CHART.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
        Path values = copy.resolve("sandmill/values.yaml");
        Files.writeString(
                values,
                Files.readString(values)
                        .replace("repository: \"\"", "repository: r")
                        .replace("existingSecret: \"\"", "existingSecret: s")
                        .replace("registry: \"\"", "registry: r"));
        LintResult result = new Helm(copy.resolve("sandmill")).lint().strict().call();
        assertThat(result.isFailed()).as(String.valueOf(result.getMessages())).isFalse();
    }

    @Test
    void nobodyIsRootButTheEngineAndNobodySeesTheNodesDocker() {
        var objects = rendered("embed.replicas", "2");
        assertThat(workloads(objects)).hasSize(4);
        for (Map<String, Object> workload : workloads(objects)) {
            Map<String, Object> pod = pod(workload);
            assertThat(pod).containsEntry("automountServiceAccountToken", false).doesNotContainKey("hostNetwork");
            assertThat(pod.get("volumes").toString()).doesNotContain("hostPath");
            for (Map<String, Object> container : containers(pod)) {
                Map<String, Object> security = map(container.get("securityContext"));
                String name = at(workload, "metadata", "name") + " " + container.get("name");
                if (container.get("name").equals("docker")) {
                    assertThat(name).isEqualTo("r-execute docker");
                    assertThat(security).containsEntry("privileged", true);
                } else {
                    assertThat(security)
                            .as(name)
                            .containsEntry("runAsNonRoot", true)
                            .containsEntry("readOnlyRootFilesystem", true)
                            .containsEntry("allowPrivilegeEscalation", false)
                            .containsEntry("capabilities", Map.of("drop", List.of("ALL")))
                            .doesNotContainKey("privileged");
                }
                assertThat(at(container, "resources", "limits", "memory")).isNotNull();
                assertThat(at(container, "resources", "requests", "cpu")).isNotNull();
            }
        }
    }

    @Test
    void rolesAreApart() {
        var objects = rendered("embed.replicas", "2");
        Map<String, String> roles = new HashMap<>();
        for (Map<String, Object> workload : workloads(objects)) {
            roles.put(
                    String.valueOf(at(workload, "metadata", "name")),
                    String.valueOf(
                            environment(containers(pod(workload)).getFirst()).get("SANDMILL_ROLES")));
        }
        assertThat(roles)
                .isEqualTo(Map.of("r-api", "api", "r-index", "api,index", "r-embed", "embed", "r-execute", "execute"));
        assertThat(at(objects.get("StatefulSet/r-index"), "spec", "replicas")).isEqualTo(1);
        assertThat(environment(
                        containers(pod(objects.get("Deployment/r-execute"))).getFirst()))
                .containsEntry("DOCKER_HOST", "unix:///run/docker/docker.sock")
                .containsEntry("SANDMILL_IMAGE_TAG", "current");
        assertThat(environment(containers(pod(objects.get("Deployment/r-api"))).getFirst()))
                .doesNotContainKey("DOCKER_HOST");
    }

    @Test
    void everySelectorFindsPodsAndEveryMountHasItsVolume() {
        var objects = rendered("redis.caSecret", "ca", "tls.existingSecret", "tls", "serviceMonitor.enabled", "true");
        List<Map<String, Object>> pods = workloads(objects).stream()
                .map(workload -> map(at(workload, "spec", "template", "metadata", "labels")))
                .toList();
        objects.forEach((name, object) -> {
            if (Set.of("Service", "PodDisruptionBudget", "NetworkPolicy", "Deployment")
                    .contains(object.get("kind"))) {
                Object selector = map(object.get("spec"))
                        .getOrDefault("selector", map(object.get("spec")).get("podSelector"));
                Map<String, Object> labels = map(map(selector).getOrDefault("matchLabels", selector));
                assertThat(pods).as(name).anyMatch(pod -> pod.entrySet().containsAll(labels.entrySet()));
            }
        });
        for (Map<String, Object> workload : workloads(objects)) {
            Set<Object> volumes = new HashSet<>();
            list(pod(workload).get("volumes"))
                    .forEach(volume -> volumes.add(map(volume).get("name")));
            list(map(workload.get("spec")).getOrDefault("volumeClaimTemplates", List.of()))
                    .forEach(claim -> volumes.add(at(claim, "metadata", "name")));
            List<Object> mounted = new ArrayList<>();
            containers(pod(workload))
                    .forEach(container -> list(container.get("volumeMounts"))
                            .forEach(mount -> mounted.add(map(mount).get("name"))));
            assertThat(volumes).containsAll(mounted);
            assertThat(mounted).containsAll(volumes);
        }
    }

    @Test
    void executeScalesByDesiredSlotsAndThenHasNoNumberOfItsOwn() {
        assertThat(map(rendered().get("Deployment/r-execute").get("spec"))).containsEntry("replicas", 2);
        var hpa = rendered("autoscaling.mode", "hpa");
        assertThat(map(hpa.get("Deployment/r-execute").get("spec"))).doesNotContainKey("replicas");
        assertThat(String.valueOf(at(hpa.get("HorizontalPodAutoscaler/r-execute"), "spec", "metrics")))
                .contains("sandmill_desired_slots")
                .contains("averageValue=4");
        var keda = rendered("autoscaling.mode", "keda");
        assertThat(keda).doesNotContainKey("HorizontalPodAutoscaler/r-execute");
        assertThat(String.valueOf(at(keda.get("ScaledObject/r-execute"), "spec", "triggers")))
                .contains("max(sandmill_desired_slots{kind=\"execute\"})");
    }

    @Test
    void probesSpeakTlsWhereTheServiceDoesAndLookAtThePortWhereTheyWouldNeedACertificate() {
        var plain = containers(pod(rendered().get("Deployment/r-api"))).getFirst();
        assertThat(at(plain, "readinessProbe", "httpGet"))
                .isEqualTo(Map.of("path", "/readyz", "port", "http", "scheme", "HTTP"));
        var tls = containers(pod(rendered("tls.existingSecret", "t").get("Deployment/r-api")))
                .getFirst();
        assertThat(at(tls, "livenessProbe", "httpGet", "scheme")).isEqualTo("HTTPS");
        var mutual = containers(pod(rendered("tls.existingSecret", "t", "tls.clientCaSecret", "c")
                        .get("Deployment/r-api")))
                .getFirst();
        assertThat(at(mutual, "livenessProbe", "tcpSocket", "port")).isEqualTo("http");
        assertThat(environment(mutual)).containsKeys("SANDMILL_TLS_CERTIFICATE", "SANDMILL_TLS_CLIENT_CA");
    }

    @Test
    void thePoliciesLetOutWhatIsNamedAndNotTheMetadataService() {
        String egress = String.valueOf(at(rendered().get("NetworkPolicy/r-sandmill"), "spec", "egress"));
        assertThat(egress)
                .contains("port=6379")
                .contains("except=[169.254.0.0/16]")
                .doesNotContain("4318");
        assertThat(String.valueOf(at(
                        rendered("tracing.endpoint", "http://c:4318").get("NetworkPolicy/r-sandmill"),
                        "spec",
                        "egress")))
                .contains("port=4318");
    }

    @ParameterizedTest
    @CsvSource({
        "image.repository, '', repository",
        "redis.existingSecret, '', existingSecret",
        "api.replicas, -1, replicas",
        "api.replica, 2, replica",
        "autoscaling.mode, always, mode",
        "execute.docker.mode, socket, mode",
        "languages.registry, '', languages.registry is empty",
        "index.storage, lots, storage"
    })
    void aValueThatIsWrongIsRefusedByName(String key, String value, String named) {
        assertThatThrownBy(() -> rendered(key, value)).hasMessageContaining(named);
    }
}
