package dev.sandmill.api.client;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.Limits;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.RegisteredRepository;
import dev.sandmill.api.SearchAnswer;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.api.Session;
import dev.sandmill.api.TuningState;
import dev.sandmill.api.json.AnswerJson;
import dev.sandmill.api.json.AnswerJson.Dependency;
import dev.sandmill.api.json.AnswerJson.SupportedLanguage;
import dev.sandmill.api.json.InvalidJson;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.SearchJson;
import dev.sandmill.api.json.SessionJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// A client over the JDK's HTTP. Refusals that name a `Retry-After` are tried again, a few times and for at most a
/// minute together.
public final class HttpSandmillClient implements SandmillClient {
    private static final int EVENT_RECONNECTS = 20;
    private static final Duration QUEUE_PATIENCE = Duration.ofSeconds(60);
    private static final Duration AWAY_PATIENCE = Duration.ofSeconds(60);
    /// The highest wall limit there can be, and the wait for a slot.
    private static final Duration LONGEST_CALL = Duration.ofMinutes(61);

    private final JobJson jobs = new JobJson(Limits.DEFAULT, Limits.DEFAULT);
    private final SessionJson sessions = new SessionJson(Limits.DEFAULT, Limits.DEFAULT);
    private final SearchJson searches = new SearchJson();
    private final AnswerJson answers = new AnswerJson();
    private final HttpCalls calls;

    /// @param base as in `http://127.0.0.1:8080`
    public HttpSandmillClient(URI base, String key) {
        this(base, key, Duration.ofSeconds(30));
    }

    /// @param timeout for an answer, on top of what the call itself waits for
    public HttpSandmillClient(URI base, String key, Duration timeout) {
        this(base, key, timeout, AWAY_PATIENCE, _ -> {});
    }

    /// @param awayPatience how long a call goes on in all while the server answers 503
    /// @param again hears of every refusal after which the same call is tried again
    public HttpSandmillClient(
            URI base, String key, Duration timeout, Duration awayPatience, Consumer<SandmillProblem> again) {
        this(base, key, timeout, awayPatience, again, null);
    }

    /// @param awayPatience how long a call goes on in all while the server answers 503
    /// @param again hears of every refusal after which the same call is tried again
    /// @param tls whom an `https:` server has to be, and who this is; null is as Java sees it
    public HttpSandmillClient(
            URI base,
            String key,
            Duration timeout,
            Duration awayPatience,
            Consumer<SandmillProblem> again,
            @Nullable SSLContext tls) {
        this.calls = new HttpCalls(base, key, timeout, awayPatience, again, tls);
    }

    @Override
    public Job submit(JobRequest request, @Nullable String idempotencyKey, Duration wait) throws InterruptedException {
        String body = calls.post("/v1/jobs" + waitParameter(wait), jobs.writeRequest(request), idempotencyKey, wait);
        return read(body, jobs::readJob);
    }

    @Override
    public Executed execute(ExecuteCode request) throws InterruptedException {
        Duration runs = Duration.ofMillis(request.limits().wallMillis())
                .multipliedBy(Math.max(1, request.inputs().size()));
        String body = calls.post(
                "/v1/execute", jobs.writeExecute(request), UUID.randomUUID().toString(), runs.plus(QUEUE_PATIENCE));
        return read(body, json -> (Executed) jobs.readOutcome(JobKind.EXECUTE, json));
    }

    @Override
    public Job job(JobId id, Duration wait) throws InterruptedException {
        return read(calls.get("/v1/jobs/" + id.value() + waitParameter(wait), wait), jobs::readJob);
    }

    @Override
    public void cancel(JobId id) throws InterruptedException {
        calls.delete("/v1/jobs/" + id.value());
    }

    @Override
    public void events(JobId id, long afterSequence, Consumer<ReceivedEvent> consumer) throws InterruptedException {
        long last = afterSequence;
        IOException broken = new IOException("the server ended the stream before the job was finished");
        for (int silent = 0; silent < EVENT_RECONNECTS; silent++) {
            try (EventStream stream = calls.stream("/v1/jobs/" + id.value() + "/events", last)) {
                for (ReceivedEvent event = stream.next(); event != null; event = stream.next()) {
                    if (event.sequence() <= last) {
                        continue;
                    }
                    last = event.sequence();
                    silent = 0;
                    consumer.accept(event);
                    if (event.type().equals("finished")) {
                        return;
                    }
                }
            } catch (IOException failed) {
                broken = failed;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Thread.sleep(Duration.ofMillis(Math.min(5_000, 100L << Math.min(silent, 6))));
        }
        throw new SandmillUnreachable("the events of job " + id + " broke off after number " + last, broken);
    }

    @Override
    public RegisteredRepository createRepository(String name, String url, @Nullable String branch)
            throws InterruptedException {
        String body =
                calls.post("/v1/repositories", searches.writeRegistration(name, url, branch), null, Duration.ZERO);
        return read(body, searches::readRepository);
    }

    @Override
    public RegisteredRepository repository(String name) throws InterruptedException {
        return read(calls.get("/v1/repositories/" + segment(name), Duration.ZERO), searches::readRepository);
    }

    @Override
    public Job indexRepository(String name, @Nullable String commit, boolean full) throws InterruptedException {
        String path = "/v1/repositories/" + segment(name) + "/index";
        return read(calls.post(path, searches.writeRun(commit, full), null, Duration.ZERO), jobs::readJob);
    }

    @Override
    public void deleteRepository(String name) throws InterruptedException {
        calls.delete("/v1/repositories/" + segment(name));
    }

    @Override
    public TuningState tuning() throws InterruptedException {
        return read(calls.get("/v1/tuning", Duration.ZERO), answers::readTuning);
    }

    @Override
    public TuningState tune(TuningState.Change change) throws InterruptedException {
        return read(calls.patch("/v1/tuning", answers.writeTuning(change)), answers::readTuning);
    }

    @Override
    public SearchAnswer search(SearchQuery query) throws InterruptedException {
        return read(calls.post("/v1/search", searches.writeQuery(query), null, Duration.ZERO), searches::readAnswer);
    }

    @Override
    public List<SupportedLanguage> languages() throws InterruptedException {
        return read(calls.get("/v1/languages", Duration.ZERO), answers::readLanguages);
    }

    @Override
    public List<Dependency> dependencies() throws InterruptedException {
        return read(calls.get("/v1/status", Duration.ZERO), answers::readDependencies);
    }

    @Override
    public Session openSession(OpenSession wanted) throws InterruptedException {
        return read(calls.post("/v1/sessions", sessions.writeOpen(wanted), null, Duration.ZERO), sessions::read);
    }

    @Override
    public Session session(String id) throws InterruptedException {
        return read(calls.get("/v1/sessions/" + segment(id), Duration.ZERO), sessions::read);
    }

    @Override
    public List<Session> sessions() throws InterruptedException {
        return read(calls.get("/v1/sessions", Duration.ZERO), sessions::readAll);
    }

    @Override
    public Executed executeInSession(String id, String source) throws InterruptedException {
        String path = "/v1/sessions/" + segment(id) + "/execute";
        String body = calls.post(path, sessions.writeCall(source), null, LONGEST_CALL);
        return read(body, json -> (Executed) jobs.readOutcome(JobKind.EXECUTE, json));
    }

    @Override
    public void putSessionFile(String id, String path, byte[] content) throws InterruptedException {
        calls.put(sessionFilePath(id, path), content);
    }

    @Override
    public byte[] sessionFile(String id, String path) throws InterruptedException {
        return calls.bytes(sessionFilePath(id, path));
    }

    @Override
    public void closeSession(String id) throws InterruptedException {
        calls.delete("/v1/sessions/" + segment(id));
    }

    private static String sessionFilePath(String id, String path) {
        return "/v1/sessions/" + segment(id) + "/files/"
                + Stream.of(path.split("/", -1))
                        .map(HttpSandmillClient::segment)
                        .collect(Collectors.joining("/"));
    }

    @Override
    public void close() {
        calls.close();
    }

    private static <T> T read(String body, Function<String, T> reader) {
        try {
            return reader.apply(body);
        } catch (InvalidJson nonsense) {
            throw new SandmillUnreachable("the answer is not Sandmill's: " + nonsense.getMessage(), nonsense);
        }
    }

    private static String waitParameter(Duration wait) {
        return wait.isPositive() ? "?wait=" + wait.toMillis() : "";
    }

    private static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
