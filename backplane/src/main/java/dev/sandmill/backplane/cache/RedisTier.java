package dev.sandmill.backplane.cache;

import dev.sandmill.api.BreakerState;
import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.RedisUnavailable;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Redis as a cache: answers soon or not at all. While it fails, the breaker spares callers the wait.
final class RedisTier {
    private static final Logger LOG = LoggerFactory.getLogger(RedisTier.class);

    private final RedisLink<byte[]> link;
    private final Duration patience;
    private final CircuitBreaker breaker;
    private final LongAdder refused = new LongAdder();

    /// @param patience after which a value is not worth the wait any more
    RedisTier(String name, RedisLink<byte[]> link, Duration patience) {
        this.link = link;
        this.patience = patience;
        this.breaker = CircuitBreaker.of(
                name,
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(20)
                        .minimumNumberOfCalls(5)
                        .failureRateThreshold(50)
                        .waitDurationInOpenState(Duration.ofSeconds(1))
                        .permittedNumberOfCallsInHalfOpenState(2)
                        .automaticTransitionFromOpenToHalfOpenEnabled(false)
                        .build());
        breaker.getEventPublisher().onCallNotPermitted(_ -> refused.increment());
    }

    /// Whether all of these commands, sent together, were answered in time.
    boolean askAll(Function<RedisAsyncCommands<String, byte[]>, CompletableFuture<?>[]> commands) {
        return ask(redis -> CompletableFuture.allOf(commands.apply(redis)).thenApply(_ -> true))
                .isPresent();
    }

    /// The answer; empty where there is none in time.
    <T> Optional<T> ask(Function<RedisAsyncCommands<String, byte[]>, ? extends Future<T>> command) {
        try {
            return Optional.ofNullable(breaker.executeSupplier(() -> link.call(command, patience)));
        } catch (RedisUnavailable | RedisCommandExecutionException | CallNotPermittedException failure) {
            return Optional.empty();
        }
    }

    /// Sends a command whose answer nobody waits for, past the breaker too: neither this process's haste nor its doubts
    /// keep it from Redis.
    void tell(Function<RedisAsyncCommands<String, byte[]>, RedisFuture<?>> command) {
        try {
            link.send(command);
        } catch (RedisUnavailable | RedisException away) {
            LOG.debug("Redis was not told: {}", away.getMessage());
        }
    }

    /// The answer, or a [RedisUnavailable] that says why there is none.
    <T> T require(Function<RedisAsyncCommands<String, byte[]>, ? extends Future<T>> command) {
        try {
            return link.call(command, patience);
        } catch (RedisCommandExecutionException refused) {
            throw new RedisUnavailable("Redis refused: " + refused.getMessage(), refused);
        }
    }

    BreakerState breakerState() {
        return new BreakerState(breaker.getName(), breaker.getState().name().toLowerCase(Locale.ROOT), refused.sum());
    }
}
