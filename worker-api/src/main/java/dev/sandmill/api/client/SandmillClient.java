package dev.sandmill.api.client;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Executed;
import dev.sandmill.api.Job;
import dev.sandmill.api.JobId;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.RegisteredRepository;
import dev.sandmill.api.SearchAnswer;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.api.Session;
import dev.sandmill.api.TuningState;
import dev.sandmill.api.json.AnswerJson.Dependency;
import dev.sandmill.api.json.AnswerJson.SupportedLanguage;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What programs ask of a server. Thread-safe. A refusal is a [SandmillProblem], a server that can not be reached or
/// talks nonsense a [SandmillUnreachable]; an interrupt ends the call.
public interface SandmillClient extends AutoCloseable {
    /// Submits a job. With a `wait` above zero the answer has the outcome where the job finished in time.
    Job submit(JobRequest request, @Nullable String idempotencyKey, Duration wait) throws InterruptedException;

    /// Runs code and waits for its end.
    Executed execute(ExecuteCode request) throws InterruptedException;

    /// The job, after `wait` or as soon as it is finished.
    Job job(JobId id, Duration wait) throws InterruptedException;

    /// Asks for a job's end; nothing happens to a finished one.
    void cancel(JobId id) throws InterruptedException;

    /// Hands over a job's events after a sequence number, in order, until `finished`; reconnects where the connection
    /// breaks.
    void events(JobId id, long afterSequence, Consumer<ReceivedEvent> consumer) throws InterruptedException;

    /// Registers a repository; the answer has the `jobId` of its first run.
    RegisteredRepository createRepository(String name, String url, @Nullable String branch) throws InterruptedException;

    RegisteredRepository repository(String name) throws InterruptedException;

    Job indexRepository(String name, @Nullable String commit, boolean full) throws InterruptedException;

    /// Forgets a repository and what is indexed of it.
    void deleteRepository(String name) throws InterruptedException;

    /// How much the server does at a time.
    TuningState tuning() throws InterruptedException;

    /// Changes some of it; what is not named stays.
    TuningState tune(TuningState.Change change) throws InterruptedException;

    SearchAnswer search(SearchQuery query) throws InterruptedException;

    List<SupportedLanguage> languages() throws InterruptedException;

    /// What the server depends on, and whether it is there.
    List<Dependency> dependencies() throws InterruptedException;

    /// Opens a session, a program's state that is kept between calls.
    Session openSession(OpenSession wanted) throws InterruptedException;

    Session session(String id) throws InterruptedException;

    /// The sessions of this key's tenant.
    List<Session> sessions() throws InterruptedException;

    /// Runs a call in a session and waits for its end.
    Executed executeInSession(String id, String source) throws InterruptedException;

    void putSessionFile(String id, String path, byte[] content) throws InterruptedException;

    byte[] sessionFile(String id, String path) throws InterruptedException;

    /// Ends a session, also in the middle of a call.
    void closeSession(String id) throws InterruptedException;

    @Override
    void close();
}
