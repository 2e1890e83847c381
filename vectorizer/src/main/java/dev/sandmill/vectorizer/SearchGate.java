package dev.sandmill.vectorizer;

import dev.sandmill.api.BreakerState;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.store.StoreFailedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// In front of searches: so many at a time and no more, and none while the store fails: after five failures in a row it
/// is left alone for ten seconds, then tried with two searches.
final class SearchGate {
    private static final int FAILURES = 5;
    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    /// Each holds a few hundred candidates; more at a time than processors only wait for one another.
    static final int MOST = Math.max(16, 8 * Runtime.getRuntime().availableProcessors());

    private final Semaphore places;
    private final CircuitBreaker breaker = CircuitBreaker.of(
            "vector-store",
            CircuitBreakerConfig.custom()
                    .slidingWindowSize(FAILURES)
                    .minimumNumberOfCalls(FAILURES)
                    .failureRateThreshold(100)
                    .waitDurationInOpenState(PAUSE)
                    .permittedNumberOfCallsInHalfOpenState(2)
                    .build());
    private final LongAdder refused = new LongAdder();

    SearchGate(int most) {
        this.places = new Semaphore(most, true);
    }

    /// @throws SearchUnavailable where there is no place in time, the store or the model fails, or the store has failed
    ///     too often
    <T> T pass(Supplier<T> search) {
        enter();
        try {
            return ask(search);
        } finally {
            places.release();
        }
    }

    private void enter() {
        try {
            if (places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SearchUnavailable("interrupted while it waited for its turn", interrupted);
        }
        refused.increment();
        throw new SearchUnavailable("as many searches run as may run at a time");
    }

    private <T> T ask(Supplier<T> search) {
        if (!breaker.tryAcquirePermission()) {
            refused.increment();
            throw new SearchUnavailable(
                    "the index has failed " + FAILURES + " times in a row and is left alone for a while");
        }
        long start = System.nanoTime();
        boolean told = false;
        try {
            T found = search.get();
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            told = true;
            return found;
        } catch (StoreFailedException failed) {
            breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, failed);
            told = true;
            throw new SearchUnavailable("the index can not be read: " + failed.getMessage(), failed);
        } catch (EmbeddingFailedException failed) {
            throw new SearchUnavailable("the question can not be embedded: " + failed.getMessage(), failed);
        } finally {
            if (!told) {
                breaker.releasePermission();
            }
        }
    }

    BreakerState state() {
        return new BreakerState(breaker.getName(), breaker.getState().name().toLowerCase(Locale.ROOT), refused.sum());
    }
}
