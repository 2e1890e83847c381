package dev.sandmill.orchestrator.peer;

import dev.sandmill.api.json.InvalidJson;
import dev.sandmill.backplane.calls.CallFailed;
import dev.sandmill.backplane.calls.Calls;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.orchestrator.problem.ApiProblem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/// The other processes of the pool. What one of them refuses is refused here in its words. Thread-safe.
public final class Peers {
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final String REQUEST_ID = "request_id";

    private final Calls calls;
    private final PeerMessages messages = new PeerMessages();

    public Peers(Calls calls) {
        this.calls = calls;
    }

    /// Answers one question.
    @FunctionalInterface
    public interface Handler<H extends Record> {
        /// @throws ApiProblem for what cannot be done
        PeerAnswer answer(H head, byte[] body) throws InterruptedException;
    }

    /// A question's head as it travels.
    ///
    /// @param requestId of the request that it belongs to, for the logs
    record Envelope(String requestId) {}

    /// Answers questions to this name until it is closed.
    public <H extends Record> Calls.Serving serve(String name, Class<H> type, Handler<H> handler) {
        return calls.serve(name, question -> {
            byte[] inner = messages.body(question);
            String requestId = messages.head(question, Envelope.class).requestId();
            try (MDC.MDCCloseable _ = MDC.putCloseable(REQUEST_ID, requestId)) {
                return messages.answer(handler.answer(messages.head(inner, type), messages.body(inner)));
            } catch (ApiProblem problem) {
                return messages.problem(problem);
            } catch (InvalidJson invalid) {
                String detail = String.valueOf(invalid.getMessage());
                String field = invalid.field();
                return messages.problem(
                        field == null ? ApiProblem.badRequest(detail) : ApiProblem.badField(field, detail));
            }
        });
    }

    /// Asks the process of this name.
    ///
    /// @param gone what to tell where it is gone, with what it held
    /// @throws ApiProblem as it refused, or 503 where its answer is not known
    public PeerAnswer ask(String name, Record head, byte[] body, Duration patience, ApiProblem gone)
            throws InterruptedException {
        Envelope envelope = new Envelope(Objects.toString(MDC.get(REQUEST_ID), ""));
        byte[] question = messages.question(envelope, messages.question(head, body));
        try {
            return messages.answer(calls.ask(name, question, patience));
        } catch (CallFailed failed) {
            LOG.debug("{} was asked in vain: {}", name, failed.getMessage());
            throw switch (failed.reason()) {
                case GONE -> gone;
                case SILENT -> ApiProblem.unavailable(failed.getMessage() + "; try again", PAUSE);
                case UNANSWERED ->
                    ApiProblem.unavailable(
                            failed.getMessage() + "; whether the call was carried out is not known", PAUSE);
            };
        } catch (RedisUnavailable away) {
            throw ApiProblem.unavailable(
                    "another process has to answer this, and Redis, over which it is asked, is away", PAUSE);
        }
    }

    /// Names that are served now and begin so, in a new order each time, so that no process gets all. Empty while Redis
    /// is away.
    public List<String> served(String prefix) {
        try {
            List<String> names = new ArrayList<>(calls.served());
            names.removeIf(name -> !name.startsWith(prefix));
            Collections.shuffle(names);
            return names;
        } catch (RedisUnavailable away) {
            LOG.warn("other processes are not known now: {}", away.getMessage());
            return List.of();
        }
    }

    /// As [Calls#silence].
    public Duration silence(String name) {
        return calls.silence(name);
    }
}
