package dev.sandmill.backplane.redis;

import dev.sandmill.api.BreakerState;
import dev.sandmill.api.text.Spelled;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;

/// Spares callers the wait for a Redis that does not answer: after five calls in a row without an answer all
/// are refused at once, but for two that try it each second. An error that Redis answers with is an answer.
public final class RedisBreaker {
    private static final int FAILURES = 5;
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int TRIALS = 2;

    private final CircuitBreaker breaker;
    private final LongAdder refused = new LongAdder();

    public RedisBreaker(String name) {
        this.breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(FAILURES)
                        .minimumNumberOfCalls(FAILURES)
                        .failureRateThreshold(100)
                        .waitDurationInOpenState(PAUSE)
                        .permittedNumberOfCallsInHalfOpenState(TRIALS)
                        .build());
    }

    public <T> T guarded(Supplier<T> call) {
        if (!breaker.tryAcquirePermission()) {
            refused.increment();
            throw new RedisUnavailable(
                    "Redis has not answered " + FAILURES + " times in a row and is tried again within "
                            + Spelled.time(PAUSE),
                    new IllegalStateException("the breaker " + breaker.getName() + " is open"));
        }
        long start = System.nanoTime();
        boolean told = false;
        try {
            T answer = call.get();
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            told = true;
            return answer;
        } catch (RedisUnavailable away) {
            if (!Thread.currentThread().isInterrupted()) {
                breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, away);
                told = true;
            }
            throw away;
        } catch (RedisCommandExecutionException answered) {
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            told = true;
            throw answered;
        } finally {
            if (!told) {
                breaker.releasePermission();
            }
        }
    }

    public BreakerState state() {
        return new BreakerState(breaker.getName(), breaker.getState().name().toLowerCase(Locale.ROOT), refused.sum());
    }
}
