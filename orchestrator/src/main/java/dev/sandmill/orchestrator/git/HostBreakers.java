package dev.sandmill.orchestrator.git;

import dev.sandmill.api.BreakerState;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// A breaker for each git host: one that fails five times in a row is left alone for ten seconds, then tried with one
/// fetch. The queue tries a job again by itself, so nothing is tried again here. Thread-safe.
final class HostBreakers {
    private static final int FAILURES = 5;
    /// Hosts are named by users; the one asked longest ago is forgotten.
    private static final int MOST_HOSTS = 1_000;

    private final CircuitBreakerConfig config;
    private final LongAdder refused = new LongAdder();
    /// Guarded by this.
    private final Map<String, CircuitBreaker> ofHost = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, CircuitBreaker> eldest) {
            return size() > MOST_HOSTS;
        }
    };

    HostBreakers(Duration pause) {
        this.config = CircuitBreakerConfig.custom()
                .slidingWindowSize(FAILURES)
                .minimumNumberOfCalls(FAILURES)
                .failureRateThreshold(100)
                .waitDurationInOpenState(pause)
                .permittedNumberOfCallsInHalfOpenState(1)
                .build();
    }

    @FunctionalInterface
    interface Call<T> {
        T make() throws GitFailure, InterruptedException;
    }

    /// Folders of this machine have none.
    <T> T guarded(Remote remote, Call<T> call) throws GitFailure, InterruptedException {
        return remote instanceof Remote.Network network ? guarded(of(network.host()), call) : call.make();
    }

    private synchronized CircuitBreaker of(String host) {
        return ofHost.computeIfAbsent(host, name -> CircuitBreaker.of(name, config));
    }

    private <T> T guarded(CircuitBreaker breaker, Call<T> call) throws GitFailure, InterruptedException {
        if (!breaker.tryAcquirePermission()) {
            refused.increment();
            throw GitFailure.leftAlone(
                    breaker.getName() + " has failed " + FAILURES + " times in a row and is left alone for a while");
        }
        long start = System.nanoTime();
        boolean told = false;
        try {
            T made = call.make();
            breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            told = true;
            return made;
        } catch (GitFailure failed) {
            if (failed.retryable()) {
                breaker.onError(System.nanoTime() - start, TimeUnit.NANOSECONDS, failed);
            } else {
                breaker.onSuccess(System.nanoTime() - start, TimeUnit.NANOSECONDS);
            }
            told = true;
            throw failed;
        } finally {
            if (!told) {
                breaker.releasePermission();
            }
        }
    }

    /// As one, without the hosts' names, which are their owners' business: open as soon as one is.
    synchronized BreakerState state() {
        boolean open = false;
        boolean halfOpen = false;
        for (CircuitBreaker breaker : ofHost.values()) {
            open |= breaker.getState() == CircuitBreaker.State.OPEN;
            halfOpen |= breaker.getState() == CircuitBreaker.State.HALF_OPEN;
        }
        return new BreakerState("git", open ? "open" : halfOpen ? "half_open" : "closed", refused.sum());
    }
}
