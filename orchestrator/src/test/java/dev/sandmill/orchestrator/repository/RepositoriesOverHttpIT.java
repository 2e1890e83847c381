package dev.sandmill.orchestrator.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.IndexStatus;
import dev.sandmill.api.Indexed;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobId;
import dev.sandmill.api.JobState;
import dev.sandmill.api.RegisteredRepository;
import dev.sandmill.api.SearchAnswer;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.api.client.HttpSandmillClient;
import dev.sandmill.api.client.ReceivedEvent;
import dev.sandmill.api.client.SandmillClient;
import dev.sandmill.api.client.SandmillProblem;
import dev.sandmill.backplane.testing.RedisServer;
import dev.sandmill.orchestrator.RunningService;
import dev.sandmill.orchestrator.git.WorkingCopy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Repositories, search and webhooks of a whole service with the real model, asked with the Java client.
class RepositoriesOverHttpIT {
    private static final String PARSER = """
            def parse_duration(text):
                '''Turns a text like 1h30m into seconds.'''
                total = 0
                for amount, unit in pairs(text):
                    total += amount * SECONDS[unit]
                return total
            """;
    private static final String SECRET = "a secret of this test";

    @TempDir
    private static Path temp;

    private static RedisServer redis;
    private static RunningService service;
    private static SandmillClient client;

    @BeforeAll
    static void open() throws IOException {
        redis = RedisServer.start();
        service = RunningService.start(temp.resolve("home"), redis, Map.of("SANDMILL_ROLES", "api,index"));
        client = new HttpSandmillClient(service.uri(""), service.adminKey());
    }

    @AfterAll
    static void close() {
        client.close();
        service.close();
        redis.close();
    }

    private static WorkingCopy code() {
        WorkingCopy copy = WorkingCopy.init(temp.resolve("code-" + UUID.randomUUID()));
        copy.write("src/duration.py", PARSER)
                .write("README.md", "# Shop\n\nSells things.\n")
                .commit("one");
        return copy;
    }

    private static String name() {
        return "r" + UUID.randomUUID().toString().substring(0, 8);
    }

    private static Indexed finished(JobId id) throws InterruptedException {
        Job job = client.job(id, Duration.ofSeconds(60));
        assertThat(job.state()).isEqualTo(JobState.DONE);
        return (Indexed) Objects.requireNonNull(job.outcome());
    }

    private static RegisteredRepository registered(String name, WorkingCopy copy) throws InterruptedException {
        RegisteredRepository created =
                client.createRepository(name, copy.folder().toString(), null);
        assertThat(finished(new JobId(Objects.requireNonNull(created.jobId()))).status())
                .isEqualTo(IndexStatus.OK);
        return created;
    }

    @Test
    void aRegisteredRepositoryIsIndexedAndFoundByMeaning() throws InterruptedException {
        String name = name();
        WorkingCopy copy = code();
        RegisteredRepository created = registered(name, copy);
        List<ReceivedEvent> events = new ArrayList<>();
        client.events(new JobId(Objects.requireNonNull(created.jobId())), 0, events::add);
        assertThat(events).extracting(ReceivedEvent::type).contains("progress").endsWith("finished");
        RegisteredRepository indexed = client.repository(name);
        assertThat(indexed.state()).isEqualTo("ready");
        assertThat(indexed.branch()).isEqualTo("main");
        assertThat(indexed.indexedCommit()).isEqualTo(copy.head());
        assertThat(indexed.files()).isPositive();
        SearchAnswer answer = client.search(
                new SearchQuery("convert human readable time to seconds", List.of(name), List.of(), null, 5));
        assertThat(answer.hits().getFirst().path()).isEqualTo("src/duration.py");
        assertThat(answer.hits().getFirst().repository()).isEqualTo(name);
        copy.git("rm", "-q", "src/duration.py");
        String two = copy.commit("two");
        Job again = client.indexRepository(name, null, false);
        assertThat(finished(again.id()).commit()).isEqualTo(two);
        assertThat(client.search(new SearchQuery("time to seconds", List.of(name), List.of(), null, 5))
                        .hits())
                .noneMatch(hit -> hit.path().equals("src/duration.py"));
    }

    @Test
    void aNameInUseAndUrlsThatAreNotAllowedAreRefused() throws InterruptedException {
        String name = name();
        WorkingCopy copy = code();
        registered(name, copy);
        assertProblem(409, () -> client.createRepository(name, copy.folder().toString(), null));
        for (String url : List.of(
                "relative/path",
                "ext::sh -c id",
                "https://127.0.0.1/a",
                "http://example.org/a",
                temp.resolve("home").toString(),
                "/no/such/folder",
                "https://u:p@example.org/a")) {
            assertProblem(400, () -> client.createRepository(name(), url, null));
        }
        assertProblem(400, () -> client.createRepository("../x", copy.folder().toString(), null));
        assertProblem(400, () -> client.createRepository(name(), copy.folder().toString(), "a b"));
        assertProblem(404, () -> client.repository("no-such"));
        assertProblem(404, () -> client.indexRepository("no-such", null, false));
        assertProblem(400, () -> client.indexRepository(name, "HEAD", false));
    }

    @Test
    void anotherTenantSeesNothing() throws InterruptedException {
        String name = name();
        registered(name, code());
        String body = "{\"name\":\"" + name() + "\",\"tenant\":\"strangers\",\"roles\":[\"agent\"]}";
        String key = service.post("/v1/keys", body).json().get("key").stringValue();
        try (SandmillClient stranger = new HttpSandmillClient(service.uri(""), key)) {
            assertProblem(404, () -> stranger.repository(name));
            assertProblem(404, () -> stranger.indexRepository(name, null, false));
            assertProblem(404, () -> stranger.search(new SearchQuery("seconds", List.of(name), List.of(), null, 5)));
            assertThat(stranger.search(new SearchQuery("seconds", List.of(), List.of(), null, 5))
                            .hits())
                    .isEmpty();
            assertProblem(400, () -> stranger.createRepository(name, temp.toString(), null));
        }
    }

    @Test
    void aDeletedRepositoryIsGone() throws InterruptedException {
        String name = name();
        registered(name, code());
        assertThat(service.delete("/v1/repositories/" + name).status()).isEqualTo(204);
        assertProblem(404, () -> client.repository(name));
        assertThat(client.search(new SearchQuery("seconds", List.of(), List.of(), null, 50))
                        .hits())
                .noneMatch(hit -> hit.repository().equals(name));
        assertThat(service.delete("/v1/repositories/" + name).status()).isEqualTo(404);
    }

    @Test
    void aCommitThatDoesNotExistEndsTheJobAsFailed() throws InterruptedException {
        String name = name();
        registered(name, code());
        String unknown = "0123456789012345678901234567890123456789";
        Indexed outcome = finished(client.indexRepository(name, unknown, false).id());
        assertThat(outcome.status()).isEqualTo(IndexStatus.FAILED);
        assertThat(outcome.message()).contains(unknown);
    }

    @Test
    void aSignedPushIsIndexedOnceAndNothingElseIs() throws InterruptedException {
        String name = name();
        WorkingCopy copy = code();
        registered(name, copy);
        String hook = hook(name);
        copy.write("src/new.py", "def freshly_pushed():\n    return 1\n");
        String after = copy.commit("two");
        String push = push("refs/heads/main", after);
        String delivery = UUID.randomUUID().toString();
        RunningService.Answer first = deliver(hook, push, signature(push), "push", delivery);
        assertThat(first.status()).as(first.toString()).isEqualTo(202);
        JobId id = new JobId(first.json().get("id").stringValue());
        assertThat(finished(id).commit()).isEqualTo(after);
        RunningService.Answer again = deliver(hook, push, signature(push), "push", delivery);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().get("id").stringValue()).isEqualTo(id.value());
        for (String ref : List.of("refs/tags/v1", "refs/heads/other")) {
            String other = push(ref, after);
            RunningService.Answer ignored = deliver(hook, other, signature(other), "push", "x" + ref.length());
            assertThat(ignored.status()).isEqualTo(200);
            assertThat(ignored.json().has("ignored")).isTrue();
        }
        String deleted = push("refs/heads/main", "0".repeat(40));
        assertThat(deliver(hook, deleted, signature(deleted), "push", "d")
                        .json()
                        .has("ignored"))
                .isTrue();
        assertThat(deliver(hook, "{}", signature("{}"), "ping", "p").status()).isEqualTo(200);
    }

    @Test
    void aWrongSignatureAndAnUnknownHookAreAnsweredAlike() throws InterruptedException {
        String name = name();
        registered(name, code());
        String hook = hook(name);
        String push = push("refs/heads/main", "0123456789012345678901234567890123456789");
        RunningService.Answer wrong = deliver(hook, push, signature(push + " "), "push", "1");
        RunningService.Answer unknown = deliver("no-such-hook", push, signature(push), "push", "1");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(unknown.status()).isEqualTo(401);
        assertThat(wrong.json().get("detail")).isEqualTo(unknown.json().get("detail"));
        assertThat(service.post(
                                "/webhooks/gitea/" + hook,
                                push,
                                "X-Gitea-Signature",
                                signature(push).substring(7))
                        .status())
                .isEqualTo(401);
        assertThat(service.post("/webhooks/nobody/" + hook, push).status()).isEqualTo(404);
        assertThat(service.get("/v1/webhooks").text()).contains(hook).doesNotContain(SECRET);
        assertThat(service.delete("/v1/webhooks/" + hook).status()).isEqualTo(204);
        assertThat(deliver(hook, push, signature(push), "push", "2").status()).isEqualTo(401);
    }

    private static String hook(String repository) {
        String hook = "h" + UUID.randomUUID().toString().substring(0, 8);
        String body = "{\"name\":\"" + hook + "\",\"provider\":\"github\",\"secret\":\"" + SECRET
                + "\",\"repository\":\"" + repository + "\"}";
        RunningService.Answer created = service.post("/v1/webhooks", body);
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        assertThat(created.text()).doesNotContain(SECRET);
        return hook;
    }

    private static String push(String ref, String after) {
        return "{\"ref\":\"" + ref + "\",\"before\":\"" + "0".repeat(40) + "\",\"after\":\"" + after
                + "\",\"repository\":{\"clone_url\":\"https://169.254.169.254/evil.git\"}}";
    }

    private static RunningService.Answer deliver(
            String hook, String body, String signature, String event, String delivery) {
        return service.post(
                "/webhooks/github/" + hook,
                body,
                "X-Hub-Signature-256",
                signature,
                "X-GitHub-Event",
                event,
                "X-GitHub-Delivery",
                delivery);
    }

    private static String signature(String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "sha256=" + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @FunctionalInterface
    private interface Call {
        void run() throws InterruptedException;
    }

    private static void assertProblem(int status, Call call) {
        assertThatThrownBy(call::run)
                .isInstanceOfSatisfying(
                        SandmillProblem.class,
                        problem -> assertThat(problem.status()).isEqualTo(status));
    }
}
