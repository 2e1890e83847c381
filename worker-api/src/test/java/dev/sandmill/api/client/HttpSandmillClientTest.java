package dev.sandmill.api.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobId;
import dev.sandmill.api.JobState;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramStatus;
import dev.sandmill.api.json.AnswerJson;
import dev.sandmill.api.json.JobJson;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The client against a real HTTP server that answers as it is told.
class HttpSandmillClientTest {
    private static final String ACCEPTED =
            "{\"id\":\"j1\",\"kind\":\"index\",\"state\":\"queued\",\"createdAt\":\"2026-01-31T10:00:00Z\"}";

    private final Deque<Reply> replies = new ArrayDeque<>();
    private final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private SandmillClient client;

    private record Reply(int status, Map<String, String> headers, String body) {}

    private record Request(String line, Map<String, List<String>> headers, String body) {}

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        client = new HttpSandmillClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"), "k");
    }

    @AfterEach
    void end() {
        client.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Request(
                exchange.getRequestMethod() + " " + exchange.getRequestURI(), exchange.getRequestHeaders(), body));
        Reply reply = replies.removeFirst();
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private void reply(int status, String body) {
        replies.add(new Reply(status, Map.of(), body));
    }

    private void busy(int status, String seconds) {
        replies.add(new Reply(
                status,
                Map.of("Retry-After", seconds),
                "{\"status\":" + status + ",\"code\":\"queue_full\",\"detail\":\"full\",\"retryable\":true}"));
    }

    @Test
    void aJobIsSubmittedWithKeyAndIdempotencyKey() throws InterruptedException {
        reply(202, ACCEPTED);
        Job job = client.submit(new IndexRepository("web", null, true), "once", Duration.ofSeconds(2));
        assertThat(job.state()).isEqualTo(JobState.QUEUED);
        Request sent = requests.getFirst();
        assertThat(sent.line()).isEqualTo("POST /v1/jobs?wait=2000");
        assertThat(sent.headers()).containsEntry("Authorization", List.of("Bearer k"));
        assertThat(sent.headers()).containsEntry("Idempotency-key", List.of("once"));
        assertThat(sent.body())
                .isEqualTo("{\"kind\":\"index\",\"index\":{\"repository\":\"web\",\"commit\":null,\"full\":true}}");
    }

    @Test
    void executedCodeComesBackAsItsOutcome() throws InterruptedException {
        Executed outcome = Executed.withoutRun(ProgramStatus.FAILED, "no container");
        reply(200, new JobJson(Limits.DEFAULT, Limits.DEFAULT).writeOutcome(outcome));
        assertThat(client.execute(ExecuteCode.of("python", "print(1)", Limits.DEFAULT)))
                .isEqualTo(outcome);
        assertThat(requests.getFirst().headers()).containsKey("Idempotency-key");
    }

    @Test
    void aBusyServerIsAskedAgainWhenItSaysSo() throws InterruptedException {
        busy(429, "0");
        busy(503, "0");
        reply(202, ACCEPTED);
        assertThat(client.job(new JobId("j1"), Duration.ZERO).id()).isEqualTo(new JobId("j1"));
        assertThat(requests).hasSize(3);
    }

    @Test
    void whoAsksHearsOfEveryRefusalAfterWhichTheCallIsTriedAgain() throws InterruptedException {
        List<String> heard = new ArrayList<>();
        busy(503, "0");
        busy(503, "0");
        reply(202, ACCEPTED);
        try (SandmillClient listening = patient(Duration.ofSeconds(60), heard)) {
            listening.job(new JobId("j1"), Duration.ZERO);
        }
        assertThat(heard).containsExactly("full", "full");
    }

    @Test
    void whoHasPatienceForNoSecondTryGetsTheRefusalAtOnce() throws InterruptedException {
        List<String> heard = new ArrayList<>();
        busy(503, "2");
        try (SandmillClient hasty = patient(Duration.ofSeconds(2), heard)) {
            SandmillProblem problem =
                    catchThrowableOfType(SandmillProblem.class, () -> hasty.job(new JobId("j1"), Duration.ZERO));
            assertThat(problem.status()).isEqualTo(503);
        }
        assertThat(heard).isEmpty();
        assertThat(requests).hasSize(1);
    }

    /// A client that gives up a server that answers 503 after this time.
    private SandmillClient patient(Duration awayPatience, List<String> heard) {
        return new HttpSandmillClient(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                "k",
                Duration.ofSeconds(5),
                awayPatience,
                refused -> heard.add(refused.detail()));
    }

    @Test
    void whatTheServerDependsOnIsReadFromItsStatus() throws InterruptedException {
        reply(200, """
                {"status":"degraded","dependencies":[{"name":"docker","available":false,"detail":"no socket"}]}""");
        assertThat(client.dependencies()).containsExactly(new AnswerJson.Dependency("docker", false, "no socket"));
    }

    @Test
    void aServerThatStaysBusyIsGivenUp() {
        for (int i = 0; i < 5; i++) {
            busy(429, "0");
        }
        SandmillProblem problem =
                catchThrowableOfType(SandmillProblem.class, () -> client.job(new JobId("j1"), Duration.ZERO));
        assertThat(problem.status()).isEqualTo(429);
        assertThat(requests).hasSize(5);
    }

    @Test
    void waitingLongerThanAMinuteIsLeftToTheCaller() {
        busy(503, "61");
        SandmillProblem problem =
                catchThrowableOfType(SandmillProblem.class, () -> client.job(new JobId("j1"), Duration.ZERO));
        assertThat(problem.retryAfter()).isEqualTo(Duration.ofSeconds(61));
        assertThat(requests).hasSize(1);
    }

    @Test
    void aRefusalNamesCodeDetailAndField() {
        reply(
                400,
                "{\"status\":400,\"code\":\"invalid_request\",\"detail\":\"name is bad\",\"retryable\":false,"
                        + "\"field\":\"name\"}");
        SandmillProblem problem =
                catchThrowableOfType(SandmillProblem.class, () -> client.createRepository("a b", "/x", null));
        assertThat(problem.code()).isEqualTo("invalid_request");
        assertThat(problem.detail()).isEqualTo("name is bad");
        assertThat(problem.field()).isEqualTo("name");
        assertThat(problem.retryable()).isFalse();
    }

    @Test
    void anAnswerThatIsNotSandmillsIsNotReadAsOne() {
        reply(502, "<html>bad gateway</html>");
        assertThat(catchThrowableOfType(SandmillProblem.class, () -> client.repository("web"))
                        .status())
                .isEqualTo(502);
        reply(200, "<html>welcome</html>");
        assertThatThrownBy(() -> client.repository("web")).isInstanceOf(SandmillUnreachable.class);
    }

    @Test
    void aServerThatIsNotThereIsUnreachable() {
        server.stop(0);
        assertThatThrownBy(() -> client.languages()).isInstanceOf(SandmillUnreachable.class);
    }

    @Test
    void aBrokenStreamIsTakenUpAfterTheLastEvent() throws InterruptedException {
        reply(200, "id: 1\nevent: accepted\ndata: {}\n\nid: 2\nevent: output\ndata: {\"te");
        reply(200, "id: 2\nevent: output\ndata: {}\n\nid: 3\nevent: finished\ndata: {}\n\n");
        List<ReceivedEvent> events = new ArrayList<>();
        client.events(new JobId("j1"), 0, events::add);
        assertThat(events).extracting(ReceivedEvent::sequence).containsExactly(1L, 2L, 3L);
        assertThat(requests.get(0).headers()).containsEntry("Last-event-id", List.of("0"));
        assertThat(requests.get(1).headers()).containsEntry("Last-event-id", List.of("1"));
    }

    @Test
    void aNameIsEscapedInAPath() {
        reply(404, "{\"code\":\"not_found\",\"detail\":\"none\"}");
        assertThatThrownBy(() -> client.repository("../v1/keys?x")).isInstanceOf(SandmillProblem.class);
        assertThat(requests.getFirst().line()).isEqualTo("GET /v1/repositories/..%2Fv1%2Fkeys%3Fx");
    }
}
