package dev.sandmill.orchestrator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceConfigTest {
    @Test
    void anEmptyEnvironmentGivesTheDocumentedDefaults() {
        ServiceConfig config = ServiceConfig.from(Map.of());

        assertThat(config.port()).isEqualTo(8080);
        assertThat(config.bind()).isEqualTo("127.0.0.1");
        assertThat(config.roles()).containsExactlyInAnyOrder(ServiceRole.API, ServiceRole.EXECUTE, ServiceRole.INDEX);
        assertThat(config.queueCapacity()).isEqualTo(100_000);
        assertThat(config.sandboxTimeout()).isEqualTo(Duration.ofSeconds(30));
        assertThat(config.cacheTtl()).isEqualTo(Duration.ofDays(30));
        assertThat(config.embedBatchSize()).isEqualTo(64);
        assertThat(config.embedder()).isEqualTo("minilm");
        assertThat(config.corsOrigin()).isEmpty();
        assertThat(config.sandboxRuntime()).isEmpty();
        assertThat(config.home().isAbsolute()).isTrue();
        assertThat(config.home().getFileName()).hasToString(".sandmill");
    }

    @Test
    void spansGoNowhereUnlessAVariableSaysWhere() {
        assertThat(ServiceConfig.from(Map.of("OTEL_SERVICE_NAME", "a")).telemetry())
                .isEmpty();
        Map<String, String> on = Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318", "OTEL_SERVICE_NAME", "a");
        assertThat(ServiceConfig.from(on).telemetry()).isEqualTo(on);
        for (Map.Entry<String, String> off : Map.of("OTEL_SDK_DISABLED", "TRUE", "OTEL_TRACES_EXPORTER", "none")
                .entrySet()) {
            assertThat(ServiceConfig.from(Map.of(
                                    "OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4318", off.getKey(), off.getValue()))
                            .telemetry())
                    .isEmpty();
        }
    }

    @Test
    void aCollectorThatSpansCanNotBeSentToStopsTheStart() {
        assertThatThrownBy(() -> ServiceConfig.from(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317")))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("OTEL_EXPORTER_OTLP_ENDPOINT is 'collector:4317'; it has to start with http://");
        assertThatThrownBy(() -> ServiceConfig.from(
                        Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:4317", "OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining("OTEL_EXPORTER_OTLP_PROTOCOL is 'grpc'; it has to be one of http/protobuf");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SANDMILL_TLS_CERTIFICATE=here | SANDMILL_TLS_CERTIFICATE and SANDMILL_TLS_KEY go together",
                "SANDMILL_TLS_KEY=here         | go together; only one is set",
                "SANDMILL_TLS_CLIENT_CA=here   | there is no TLS without it",
                "SANDMILL_TLS_CERTIFICATE=/no  | SANDMILL_TLS_CERTIFICATE is '/no'; it has to be a PEM file",
                "SANDMILL_REDIS_CA=/no         | SANDMILL_REDIS_CA is '/no'; it has to be a PEM file"
            })
    void tlsThatIsNotWholeStopsTheStart(String setting, String complaint, @TempDir Path folder) throws IOException {
        Path here = Files.createFile(folder.resolve("here.pem"));
        String value = setting.substring(setting.indexOf('=') + 1).replace("here", here.toString());
        assertThatThrownBy(() -> ServiceConfig.from(Map.of(setting.substring(0, setting.indexOf('=')), value)))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void everySettingIsTaken() {
        ServiceConfig config = ServiceConfig.from(Map.ofEntries(
                Map.entry("SANDMILL_HOME", "/srv/sandmill"),
                Map.entry("SANDMILL_INSTANCE", "abc123"),
                Map.entry("SANDMILL_BIND", "0.0.0.0"),
                Map.entry("SANDMILL_PORT", "18080"),
                Map.entry("SANDMILL_ROLES", "api, Execute"),
                Map.entry("SANDMILL_QUEUE_CAPACITY", "5"),
                Map.entry("SANDMILL_IMAGES", "/images"),
                Map.entry("SANDMILL_IMAGE_TAG", "blue"),
                Map.entry("SANDMILL_SECCOMP", "/seccomp.json"),
                Map.entry("REDIS_URL", "rediss://:geheim@redis.example.org:6380/2"),
                Map.entry("DOCKER_HOST", "tcp://docker.example.org:2375"),
                Map.entry("SANDBOX_TIMEOUT_MS", "1000"),
                Map.entry("SANDBOX_RUNTIME", "runsc"),
                Map.entry("CACHE_TTL_DAYS", "1"),
                Map.entry("CORS_ORIGIN", "https://console.example.org"),
                Map.entry("EMBED_BATCH_SIZE", "8"),
                Map.entry("SANDMILL_GIT_HOSTS", "git.example.org, 10.0.0.7,FD00::7"),
                Map.entry("EMBED_PARALLELISM", "3")));

        assertThat(config.home()).isEqualTo(Path.of("/srv/sandmill"));
        assertThat(config.instance()).isEqualTo("abc123");
        assertThat(config.bind()).isEqualTo("0.0.0.0");
        assertThat(config.port()).isEqualTo(18080);
        assertThat(config.roles()).containsExactlyInAnyOrder(ServiceRole.API, ServiceRole.EXECUTE);
        assertThat(config.queueCapacity()).isEqualTo(5);
        assertThat(config.images()).isEqualTo(Path.of("/images"));
        assertThat(config.imageTag()).isEqualTo("blue");
        assertThat(config.seccompProfile()).isEqualTo(Path.of("/seccomp.json"));
        assertThat(config.redis()).hasHost("redis.example.org").hasPort(6380);
        assertThat(config.dockerHost()).hasHost("docker.example.org");
        assertThat(config.sandboxTimeout()).isEqualTo(Duration.ofSeconds(1));
        assertThat(config.defaultLimits().wallMillis()).isEqualTo(1000);
        assertThat(config.sandboxRuntime()).contains("runsc");
        assertThat(config.cacheTtl()).isEqualTo(Duration.ofDays(1));
        assertThat(config.corsOrigin()).contains("https://console.example.org");
        assertThat(config.embedBatchSize()).isEqualTo(8);
        assertThat(config.embedParallelism()).isEqualTo(3);
        assertThat(config.gitHosts()).containsExactlyInAnyOrder("git.example.org", "10.0.0.7", "fd00::7");
        assertThat(config.toString()).doesNotContain("geheim");
    }

    @Test
    void anEndpointOfEmbeddingsIsReadAndItsKeyIsNotShown() {
        ServiceConfig config = ServiceConfig.from(Map.of(
                "EMBEDDER", "openai",
                "OPENAI_BASE_URL", "http://127.0.0.1:11434/v1",
                "OPENAI_API_KEY", "sk-secret",
                "OPENAI_EMBEDDING_MODEL", "nomic-embed-text"));

        assertThat(config.embedParallelism()).isEqualTo(10);
        assertThat(config.remoteModel()).hasValueSatisfying(model -> {
            assertThat(model).hasToString("nomic-embed-text at http://127.0.0.1:11434/v1");
            assertThat(model.key()).isEqualTo("sk-secret");
        });
        assertThat(config.toString()).doesNotContain("sk-secret");
        assertThatThrownBy(() -> ServiceConfig.from(Map.of(
                        "EMBEDDER", "openai", "OPENAI_BASE_URL", "http://sk-secret@host/v1", "OPENAI_API_KEY", "k")))
                .hasMessageContaining("OPENAI_BASE_URL")
                .hasMessageNotContaining("sk-secret");
    }

    @Test
    void anIndexAtPineconeIsReadAndItsKeyIsNotShown() {
        ServiceConfig config = ServiceConfig.from(Map.of(
                "VECTOR_STORE", "pinecone",
                "PINECONE_API_KEY", "pcsk-secret",
                "PINECONE_INDEX", "code",
                "PINECONE_HOST", "code-abc.svc.region.pinecone.io"));

        assertThat(config.pinecone()).hasValueSatisfying(index -> {
            assertThat(index).hasToString("Pinecone's index code");
            assertThat(index.host()).isEqualTo("code-abc.svc.region.pinecone.io");
        });
        assertThat(config.toString()).doesNotContain("pcsk-secret");
        assertThat(ServiceConfig.from(Map.of("PINECONE_API_KEY", "k")).pinecone())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    PINECONE_HOST | http://example.org | in the clear
                    PINECONE_HOST | https://pcsk-secret@example.org | like name
                    PINECONE_HOST | a b | PINECONE_HOST
                    PINECONE_INDEX | Code_1 | lower-case
                    PINECONE_API_KEY | a b | cannot be sent
                    """)
    void whatPineconeCannotBeReachedByStopsTheStart(String name, String value, String expected) {
        Map<String, String> variables =
                new java.util.HashMap<>(Map.of("VECTOR_STORE", "pinecone", "PINECONE_API_KEY", "pcsk-secret"));
        variables.put(name, value);

        assertThatThrownBy(() -> ServiceConfig.from(variables))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining(expected)
                .hasMessageNotContaining("pcsk-secret");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    SANDMILL_PORT | eighty | SANDMILL_PORT is 'eighty'
                    SANDMILL_PORT | 70000 | from 0 to 65535
                    SANDMILL_PORT | -1 | from 0 to 65535
                    SANDMILL_ROLES | api,cook | list of api, execute, index
                    SANDMILL_IMAGE_TAG | a/b | letters, digits
                    SANDMILL_QUEUE_CAPACITY | 0 | from 1 to
                    SANDMILL_QUEUE_CAPACITY | 1e308 | whole number
                    SANDMILL_INSTANCE | a b | SANDMILL_INSTANCE
                    SANDMILL_PROT | 8080 | SANDMILL_PROT is not a setting
                    SANDBOX_TIMEOUT_MS | 0 | from 1 to
                    CACHE_TTL_DAYS | forever | CACHE_TTL_DAYS
                    REDIS_URL | localhost:6379 | REDIS_URL
                    REDIS_URL | http://localhost | REDIS_URL
                    REDIS_URL | redis:// | REDIS_URL
                    DOCKER_HOST | /var/run/docker.sock | DOCKER_HOST
                    CORS_ORIGIN | * | CORS_ORIGIN
                    CORS_ORIGIN | https://example.org/path | CORS_ORIGIN
                    SANDMILL_GIT_HOSTS | https://example.org | SANDMILL_GIT_HOSTS has 'https://example.org'
                    SANDMILL_GIT_HOSTS | a.example.org,,b | SANDMILL_GIT_HOSTS
                    SANDMILL_GIT_HOSTS | example.org:22 | SANDMILL_GIT_HOSTS
                    SANDMILL_GIT_HOSTS | *.example.org | SANDMILL_GIT_HOSTS
                    EMBEDDER | gpt | EMBEDDER
                    EMBEDDER | openai | OPENAI_API_KEY
                    VECTOR_STORE | pinecone | PINECONE_API_KEY
                    VECTOR_STORE | milvus | VECTOR_STORE
                    EMBED_BATCH_SIZE | 0 | EMBED_BATCH_SIZE
                    EMBED_PARALLELISM | 1000 | EMBED_PARALLELISM
                    """)
    void aBadValueStopsTheStartWithOneLineThatNamesIt(String name, String value, String expected) {
        assertThatThrownBy(() -> ServiceConfig.from(Map.of(name, value)))
                .isInstanceOf(BadConfiguration.class)
                .hasMessageContaining(expected)
                .hasMessageNotContaining("\n");
    }

    @Test
    void aBadRedisUrlIsNotRepeatedBecauseItMayHoldAPassword() {
        assertThatThrownBy(() -> ServiceConfig.from(Map.of("REDIS_URL", "redis://:geheim@ho st:1")))
                .hasMessageNotContaining("geheim");
    }
}
