package dev.sandmill.vectorizer.store.pinecone;

import dev.sandmill.api.BreakerState;
import dev.sandmill.vectorizer.store.StoreFailedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.pinecone.configs.PineconeConnection;
import io.pinecone.proto.VectorServiceGrpc.VectorServiceBlockingStub;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/// Asks Pinecone. Each call ends in time; what fails for a moment is tried again after a pause that is left to chance;
/// what fails five times in a row is left alone for ten seconds. All calls may be repeated without harm. Thread-safe.
final class PineconeCalls implements AutoCloseable {
    /// How much a call may take.
    ///
    /// @param deadline of one attempt
    /// @param firstPause at most; twice as long after each attempt
    record Patience(Duration deadline, int attempts, Duration firstPause) {}

    /// @param search while a person waits
    record Pace(Patience search, Patience index) {
        static final Pace USUAL = new Pace(
                new Patience(Duration.ofSeconds(2), 2, Duration.ofMillis(50)),
                new Patience(Duration.ofSeconds(30), 6, Duration.ofMillis(500)));
    }

    private static final int FAILURES = 5;
    private static final Duration LEFT_ALONE = Duration.ofSeconds(10);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
    private static final int MAX_REASON_CHARACTERS = 300;

    private final PineconeService service;
    private final PineconeConnection connection;
    private final Pace pace;
    private final LongAdder refused = new LongAdder();
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "pinecone",
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(FAILURES)
                    .minimumNumberOfCalls(FAILURES)
                    .failureRateThreshold(100)
                    .waitDurationInOpenState(LEFT_ALONE)
                    .permittedNumberOfCallsInHalfOpenState(2)
                    .build());

    PineconeCalls(PineconeService service, PineconeConnection connection, Pace pace) {
        this.service = service;
        this.connection = connection;
        this.pace = pace;
    }

    /// For a search.
    ///
    /// @throws PineconeFailedException with the reason, where no attempt had an answer
    <T> T ask(Function<VectorServiceBlockingStub, T> question) {
        return ask(pace.search(), question);
    }

    /// For the index.
    ///
    /// @throws PineconeFailedException with the reason, where no attempt was successful
    <T> T change(Function<VectorServiceBlockingStub, T> change) {
        return ask(pace.index(), change);
    }

    private <T> T ask(Patience patience, Function<VectorServiceBlockingStub, T> question) {
        for (int attempt = 1; ; attempt++) {
            if (!breaker.tryAcquirePermission()) {
                refused.increment();
                throw failed("failed too often and is left alone for a while");
            }
            try {
                return asked(patience, question);
            } catch (StatusRuntimeException failure) {
                Status status = failure.getStatus();
                if (Thread.currentThread().isInterrupted()) {
                    throw failed("was being asked when this was interrupted");
                }
                if (!isPassing(status) || attempt >= patience.attempts()) {
                    throw new PineconeFailedException(
                            service + " answers " + status.getCode() + ": " + reason(status),
                            isPassing(status),
                            status.getCode() == Status.Code.NOT_FOUND);
                }
            }
            pause(patience, attempt);
        }
    }

    /// The breaker hears of a service that is away, not of one that says why it refuses.
    private <T> T asked(Patience patience, Function<VectorServiceBlockingStub, T> question) {
        long start = System.nanoTime();
        boolean told = false;
        try {
            T answer = question.apply(connection
                    .getBlockingStub()
                    .withDeadlineAfter(patience.deadline().toMillis(), TimeUnit.MILLISECONDS));
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            told = true;
            return answer;
        } catch (StatusRuntimeException failure) {
            if (isAway(failure.getStatus())) {
                breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, failure);
            } else if (failure.getStatus().getCode() != Status.Code.CANCELLED) {
                breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            } else {
                breaker.releasePermission();
            }
            told = true;
            throw failure;
        } finally {
            if (!told) {
                breaker.releasePermission();
            }
        }
    }

    private static boolean isPassing(Status status) {
        return isAway(status) || status.getCode() == Status.Code.RESOURCE_EXHAUSTED;
    }

    private static boolean isAway(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, DEADLINE_EXCEEDED, ABORTED, INTERNAL, UNKNOWN -> true;
            default -> false;
        };
    }

    private PineconeFailedException failed(String reason) {
        return new PineconeFailedException(service + " " + reason, true, false);
    }

    private String reason(Status status) {
        String description = status.getDescription();
        String reason = service.withoutKey(description == null ? "no reason is given" : description);
        return reason.substring(0, Math.min(reason.length(), MAX_REASON_CHARACTERS));
    }

    private void pause(Patience patience, int attempt) {
        long most = Math.min(LONGEST_PAUSE.toMillis(), patience.firstPause().toMillis() << (attempt - 1));
        try {
            Thread.sleep(ThreadLocalRandom.current().nextLong(most + 1));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw failed("was to be asked again when this was interrupted");
        }
    }

    BreakerState breaker() {
        return new BreakerState(breaker.getName(), breaker.getState().name().toLowerCase(Locale.ROOT), refused.sum());
    }

    @Override
    public void close() {
        connection.close();
    }

    /// Pinecone did not do what it was asked for.
    static final class PineconeFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final boolean passing;
        private final boolean notFound;

        private PineconeFailedException(String message, boolean passing, boolean notFound) {
            super(message);
            this.passing = passing;
            this.notFound = notFound;
        }

        /// Whether the same may work later.
        boolean passing() {
            return passing;
        }

        /// For whoever asked the store.
        StoreFailedException ofStore() {
            return new StoreFailedException(String.valueOf(getMessage()), this);
        }

        boolean notFound() {
            return notFound;
        }
    }
}
