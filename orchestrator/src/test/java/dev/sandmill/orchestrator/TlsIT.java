package dev.sandmill.orchestrator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.config.ServiceConfig;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/// Mutual TLS in front, TLS to Redis behind, with certificates of authorities that only the test knows.
class TlsIT {
    private static Certificates ours;
    private static Certificates others;
    private static RedisServer redis;
    private static int redisPort;
    private static ConfigurableApplicationContext context;
    private static ServiceConfig config;
    private static Map<String, String> environment;

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        ours = Certificates.authority(folder, "ours")
                .sign("service")
                .sign("redis")
                .sign("client");
        others = Certificates.authority(folder, "others").sign("stranger");
        redisPort = freePort();
        redis = RedisServer.start(
                "--tls-port",
                Integer.toString(redisPort),
                "--tls-cert-file",
                ours.certificate("redis").toString(),
                "--tls-key-file",
                ours.key("redis").toString(),
                "--tls-ca-cert-file",
                ours.authority().toString(),
                "--tls-auth-clients",
                "no");
        environment = RunningService.environment(
                folder.resolve("home"),
                URI.create("rediss://127.0.0.1:" + redisPort),
                Map.of(
                        "SANDMILL_ROLES",
                        "api",
                        "SANDMILL_REDIS_CA",
                        ours.authority().toString(),
                        "SANDMILL_TLS_CERTIFICATE",
                        ours.certificate("service").toString(),
                        "SANDMILL_TLS_KEY",
                        ours.key("service").toString(),
                        "SANDMILL_TLS_CLIENT_CA",
                        ours.authority().toString(),
                        "SANDMILL_TLS_CLIENT_CERTIFICATE",
                        ours.certificate("client").toString(),
                        "SANDMILL_TLS_CLIENT_KEY",
                        ours.key("client").toString()));
        Files.createDirectories(folder.resolve("home"));
        config = ServiceConfig.from(environment);
        context = Service.start(config);
    }

    @AfterAll
    static void stop() {
        context.close();
        redis.close();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static int port() {
        return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer())
                .getPort();
    }

    private static HttpClient client(@Nullable Certificates signer, String name) {
        PemSslStoreDetails identity = signer == null
                ? null
                : PemSslStoreDetails.forCertificate("file:" + signer.certificate(name))
                        .withPrivateKey("file:" + signer.key(name));
        SSLContext tls = SslBundle.of(
                        new PemSslStoreBundle(identity, PemSslStoreDetails.forCertificate("file:" + ours.authority())))
                .createSslContext();
        return HttpClient.newBuilder().sslContext(tls).build();
    }

    private static HttpResponse<String> get(HttpClient client, String scheme, String path)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + port() + path))
                        .header(
                                "Authorization",
                                "Bearer "
                                        + Files.readString(config.adminKeyFile())
                                                .strip())
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aClientOfOurAuthorityIsServedOverRedisWithTls() throws Exception {
        try (HttpClient client = client(ours, "client")) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> get(client, "https", "/readyz").statusCode() == 200);
            HttpResponse<String> jobs = get(client, "https", "/v1/jobs");
            assertThat(jobs.statusCode()).isEqualTo(200);
            assertThat(jobs.sslSession().orElseThrow().getProtocol()).isEqualTo("TLSv1.3");
        }
        assertThat(redis.cli("CLIENT", "LIST")).contains("name=sandmill");
    }

    @Test
    void aClientWithoutACertificateOrWithAStrangersIsRefused() {
        try (HttpClient bare = client(null, "");
                HttpClient stranger = client(others, "stranger")) {
            assertThatThrownBy(() -> get(bare, "https", "/livez")).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> get(stranger, "https", "/livez")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void plainHttpIsNotSpoken() throws Exception {
        try (HttpClient plain = HttpClient.newHttpClient()) {
            assertThat(get(plain, "http", "/livez").statusCode()).isEqualTo(400);
        }
    }

    @Test
    void whoKnowsAnotherAuthorityDoesNotTrustTheService() {
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThatThrownBy(() -> get(client, "https", "/livez")).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void aNewCertificateIsTakenWithoutARestart() throws Exception {
        ours.sign("renewed");
        Files.copy(ours.certificate("renewed"), ours.certificate("service"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(ours.key("renewed"), ours.key("service"), StandardCopyOption.REPLACE_EXISTING);
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
            try (HttpClient client = client(ours, "client")) {
                return ((X509Certificate) get(client, "https", "/livez")
                                .sslSession()
                                .orElseThrow()
                                .getPeerCertificates()[0])
                        .getSubjectX500Principal()
                        .getName()
                        .equals("CN=renewed");
            }
        });
    }

    @Test
    void theCommandLineKnowsItsServiceAndShowsItsOwnCertificate() {
        Map<String, String> own = new HashMap<>(environment);
        own.put("SANDMILL_PORT", Integer.toString(port()));
        // The service knows no such repository and refuses.
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> commandLine(own) == 70);
        own.remove("SANDMILL_TLS_CLIENT_CERTIFICATE");
        own.remove("SANDMILL_TLS_CLIENT_KEY");
        assertThat(commandLine(own)).isEqualTo(69);
    }

    @Test
    void theCommandLineTalksToNoServiceWithAnotherCertificateOfTheSameAuthority() {
        Map<String, String> own = new HashMap<>(environment);
        own.put("SANDMILL_PORT", Integer.toString(port()));
        own.put("SANDMILL_TLS_CERTIFICATE", ours.certificate("redis").toString());
        own.put("SANDMILL_TLS_KEY", ours.key("redis").toString());
        assertThat(commandLine(own)).isEqualTo(69);
    }

    private static int commandLine(Map<String, String> own) {
        return Main.run(new String[] {"search", "--repo", "nowhere", "anything"}, own, System.err);
    }

    @Test
    void aRedisOfAnotherAuthorityIsNotTalkedTo() {
        try (Backplane distrusting = Backplane.open(backplane(others));
                Backplane trusting = Backplane.open(backplane(ours))) {
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> trusting.health().available());
            // It may just not have come to its first connection yet.
            Awaitility.await()
                    .during(Duration.ofSeconds(2))
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> !distrusting.health().available());
        }
    }

    private static BackplaneConfig backplane(Certificates authority) {
        return new BackplaneConfig(
                config.redis(),
                1,
                Duration.ofHours(1),
                Duration.ofSeconds(2),
                1 << 20,
                Optional.of(authority.authority()));
    }
}
