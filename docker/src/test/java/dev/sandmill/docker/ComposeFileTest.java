package dev.sandmill.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/// What `compose.yaml` says against what it speaks of: Dockerfiles, the script that builds and writes for it,
/// Prometheus's
/// and Grafana's configuration, and the variables that the service reads.
class ComposeFileTest {
    private static final Path DOCKER = Shell.root().resolve("docker");
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z_]+)(:-|:\\?|})");
    private static final String OURS = "sandmill/";

    private static String read(String file) throws IOException {
        return Files.readString(DOCKER.resolve(file));
    }

    private static Map<String, Object> compose() throws IOException {
        return new Yaml().load(read("compose.yaml"));
    }

    private static Map<String, Map<String, Object>> services() throws IOException {
        Map<String, Map<String, Object>> services = new TreeMap<>();
        map(compose().get("services")).forEach((name, service) -> services.put(name, map(service)));
        return services;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private static List<String> texts(Map<String, Object> service, String name) {
        return service.get(name) instanceof List<?> list
                ? list.stream().map(Object::toString).toList()
                : List.of();
    }

    private static boolean isOurs(Map<String, Object> service) {
        return service.get("image").toString().startsWith(OURS);
    }

    private static String imageName(Map<String, Object> service) {
        return service.get("image").toString().substring(OURS.length()).split(":", 2)[0];
    }

    private static String dockerfile(Map<String, Object> service) throws IOException {
        String name = imageName(service);
        return read(name.equals("service") ? "service/Dockerfile" : "service/" + name + ".Dockerfile");
    }

    @Test
    void everyImageIsBuiltByTheScriptOrHasAVersion() throws IOException {
        String script = read("setup/service-image.sh");
        int ours = 0;
        for (Map<String, Object> service : services().values()) {
            if (!isOurs(service)) {
                assertThat(service.get("image").toString()).matches("[a-z/-]+:\\d+\\.\\d+\\.\\d+");
                continue;
            }
            ours++;
            assertThat(service.get("image").toString()).endsWith(":${SANDMILL_IMAGE_TAG:-current}");
            assertThat(script)
                    .containsAnyOf(
                            "build_companion_image " + imageName(service),
                            "\"sandmill/" + imageName(service) + ":$SERVICE_TAG\"");
        }
        assertThat(ours).isEqualTo(3);
    }

    @Test
    void portsAreThoseOfTheImagesAndOfTheLoopbackAlone() throws IOException {
        Pattern published = Pattern.compile("127\\.0\\.0\\.1:\\$\\{[A-Z_]+:-\\d+}:(\\d+)");
        for (Map<String, Object> service : services().values()) {
            for (String port : texts(service, "ports")) {
                Matcher matched = published.matcher(port);
                assertThat(matched.matches()).as(port).isTrue();
                if (isOurs(service)) {
                    assertThat(dockerfile(service)).containsPattern("(?m)^EXPOSE " + matched.group(1) + "$");
                }
            }
        }
        assertThat(texts(services().get("redis"), "ports")).isEmpty();
    }

    @Test
    void ourContainersHaveNoRightsAndBounds() throws IOException {
        services().forEach((name, service) -> {
            assertThat(texts(service, "cap_drop")).as(name).containsExactly("ALL");
            assertThat(texts(service, "security_opt")).as(name).contains("no-new-privileges:true");
            assertThat(service)
                    .as(name)
                    .containsKeys("mem_limit", "restart", "logging")
                    .doesNotContainKey("privileged");
            if (isOurs(service)) {
                assertThat(service.get("read_only")).as(name).isEqualTo(true);
            }
        });
        for (Map<String, Object> service : services().values()) {
            if (isOurs(service)) {
                assertThat(dockerfile(service)).containsPattern("(?m)^USER 10001:10001$");
            }
        }
    }

    @Test
    void whatIsMountedIsThereAndIsReadThere() throws IOException {
        Set<String> volumes = map(compose().get("volumes")).keySet();
        String script = read("setup/service-image.sh");
        for (Map.Entry<String, Map<String, Object>> service : services().entrySet()) {
            for (String mount : texts(service.getValue(), "volumes")) {
                String[] parts = mount.split(":");
                if (parts[0].startsWith("./secrets/")) {
                    assertThat(script).contains(parts[0].substring(2));
                } else if (parts[0].startsWith("./")) {
                    assertThat(DOCKER.resolve(parts[0])).exists();
                    assertThat(mount).endsWith(":ro");
                } else if (!parts[0].startsWith("/")) {
                    assertThat(volumes).contains(parts[0]);
                    if (isOurs(service.getValue())) {
                        assertThat(dockerfile(service.getValue())).containsPattern("(?m)^VOLUME " + parts[1] + "$");
                    }
                }
            }
        }
        assertThat(targets("prometheus"))
                .contains(argument(read("service/prometheus.Dockerfile"), "--config\\.file=([^\"]+)"))
                .contains(argument(read("prometheus/prometheus.yaml"), "credentials_file: (\\S+)"))
                .contains(argument(read("prometheus/prometheus.yaml"), "rule_files:\\s+- (\\S+)"));
        assertThat(targets("grafana"))
                .contains(argument(read("grafana/provisioning/dashboards/sandmill.yaml"), "path: (\\S+)"));
        assertThat(targets("sandmill"))
                .contains(argument(read("service/Dockerfile"), "SANDMILL_HOME=(\\S+)") + "/admin.key");
    }

    private static List<String> targets(String service) throws IOException {
        return texts(services().get(service), "volumes").stream()
                .map(mount -> mount.split(":")[1])
                .toList();
    }

    private static String argument(String text, String pattern) {
        Matcher matched = Pattern.compile(pattern).matcher(text);
        assertThat(matched.find()).as(pattern + " in " + text).isTrue();
        return matched.group(1);
    }

    @Test
    void thoseThatSpeakToEachOtherMeanEachOther() throws IOException {
        Set<String> names = services().keySet();
        String port = texts(services().get("sandmill"), "ports").getFirst().replaceAll(".*:", "");
        assertThat(read("prometheus/prometheus.yaml")).contains("[\"sandmill:" + port + "\"]");
        assertThat(names).contains("sandmill", "redis", "prometheus");
        assertThat(map(services().get("sandmill").get("environment"))
                        .get("REDIS_URL")
                        .toString())
                .endsWith("@redis:6379");
        assertThat(dockerfile(services().get("redis"))).contains("EXPOSE 6379");
        assertThat(read("grafana/provisioning/datasources/prometheus.yaml")).contains("http://prometheus:9090");
        assertThat(dockerfile(services().get("prometheus"))).contains("EXPOSE 9090");
        services().values().forEach(service -> assertThat(names).containsAll(texts(service, "depends_on")));
    }

    @Test
    void theServiceReadsEveryVariableThatItIsGiven() throws IOException {
        ServiceCode code = ServiceCode.read();
        Set<String> given = map(services().get("sandmill").get("environment")).keySet();
        assertThat(given).hasSizeGreaterThan(5);
        assertThat(given).allMatch(code::reads);
    }

    @Test
    void everyVariableHasADefaultOrIsWrittenByTheScript() throws IOException {
        String script = read("setup/service-image.sh");
        Set<String> written = Pattern.compile("([A-Z_]+)=%s")
                .matcher(script)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toSet());
        List<String> bare = new ArrayList<>();
        Matcher variables = VARIABLE.matcher(read("compose.yaml"));
        while (variables.find()) {
            if (!variables.group(2).equals(":-")) {
                bare.add(variables.group(1));
            }
        }
        assertThat(bare).contains("REDIS_PASSWORD");
        assertThat(written).containsAll(bare);
    }
}
