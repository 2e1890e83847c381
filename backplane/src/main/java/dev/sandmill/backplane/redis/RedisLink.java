package dev.sandmill.backplane.redis;

import dev.sandmill.api.text.Spelled;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One connection that opens at its first use and comes back by itself. A command waits for the connection until its
/// deadline, and is sent at most once. Thread-safe.
public final class RedisLink<V> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(10);
    /// A connection that answered nothing for so long while somebody waited is taken for dead, whatever the
    /// network says of it. One that a firewall forgot would otherwise be waited for until the kernel gives up, a
    /// quarter of an hour.
    private static final long SILENCE_NANOS = Duration.ofSeconds(3).toNanos();

    private final Supplier<StatefulRedisConnection<String, V>> opener;
    private final Duration commandTimeout;
    private final Consumer<RedisLink<V>> onConnected;
    private final @Nullable RedisBreaker breaker;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable StatefulRedisConnection<String, V> connection;
    private @Nullable CompletableFuture<StatefulRedisConnection<String, V>> attempt;
    private volatile boolean closed;
    private volatile long answered = System.nanoTime();

    /// @param onConnected runs after each connect, beside the first commands
    /// @param breaker in front of every call; null where callers have their own, or wait for good reason
    RedisLink(
            Supplier<StatefulRedisConnection<String, V>> opener,
            Duration commandTimeout,
            Consumer<RedisLink<V>> onConnected,
            @Nullable RedisBreaker breaker) {
        this.opener = opener;
        this.onConnected = onConnected;
        this.breaker = breaker;
        this.commandTimeout = commandTimeout;
    }

    /// The answer within the usual time, or [RedisUnavailable].
    public <T> T call(Function<RedisAsyncCommands<String, V>, ? extends Future<T>> command) {
        return call(command, commandTimeout);
    }

    /// The answer within this time, or [RedisUnavailable]. An answer that is an error is the
    /// [RedisCommandExecutionException] that Redis gave.
    public <T> T call(Function<RedisAsyncCommands<String, V>, ? extends Future<T>> command, Duration atMost) {
        RedisBreaker guard = breaker;
        return guard == null ? asked(command, atMost) : guard.guarded(() -> asked(command, atMost));
    }

    private <T> T asked(Function<RedisAsyncCommands<String, V>, ? extends Future<T>> command, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (true) {
            Future<T> answer = command.apply(connected(deadline));
            try {
                T reply = answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
                answered = System.nanoTime();
                return reply;
            } catch (TimeoutException late) {
                answer.cancel(false);
                if (System.nanoTime() - answered >= SILENCE_NANOS) {
                    LOG.warn("a connection to Redis is silent and is replaced");
                    reset();
                }
                throw new RedisUnavailable("Redis did not answer within " + Spelled.time(atMost), late);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new RedisUnavailable("interrupted while waiting for Redis", interrupted);
            } catch (CancellationException gone) {
                throw new RedisUnavailable("the connection to Redis broke", gone);
            } catch (ExecutionException failed) {
                if (failed.getCause() instanceof RedisCommandExecutionException refused) {
                    answered = System.nanoTime();
                    throw refused;
                }
                if (!wasNeverSent(failed) || System.nanoTime() >= deadline) {
                    throw new RedisUnavailable("Redis did not answer: " + failed.getCause(), failed);
                }
                pause();
            }
        }
    }

    private static boolean wasNeverSent(ExecutionException failed) {
        Throwable cause = failed.getCause();
        return cause instanceof RedisException
                && cause.getMessage() != null
                && cause.getMessage().contains("Commands are rejected");
    }

    /// Sends without waiting for anything, on any thread: where there is no connection, that is a [RedisUnavailable] at
    /// once.
    public <F extends RedisFuture<?>> F send(Function<RedisAsyncCommands<String, V>, F> command) {
        RedisAsyncCommands<String, V> current = ifConnected();
        if (current == null) {
            throw new RedisUnavailable("Redis is not connected", new RedisException("not connected"));
        }
        return command.apply(current);
    }

    /// The answer when it comes, within the usual time, without waiting for it on a thread. What follows on it runs
    /// where answers are read, and must not wait either.
    public <T> CompletableFuture<T> ask(Function<RedisAsyncCommands<String, V>, RedisFuture<T>> command) {
        return send(command).toCompletableFuture().orTimeout(commandTimeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    private @Nullable RedisAsyncCommands<String, V> ifConnected() {
        StatefulRedisConnection<String, V> current = connection;
        return current != null && current.isOpen() ? current.async() : null;
    }

    private RedisAsyncCommands<String, V> connected(long deadline) {
        RedisAsyncCommands<String, V> current = ifConnected();
        return current != null ? current : reconnected(deadline);
    }

    private RedisAsyncCommands<String, V> reconnected(long deadline) {
        while (true) {
            RedisException failure;
            try {
                StatefulRedisConnection<String, V> current = open(deadline);
                if (current.isOpen()) {
                    return current.async();
                }
                failure = new RedisException("not connected");
            } catch (RedisException refused) {
                failure = refused;
            }
            if (closed || System.nanoTime() >= deadline) {
                throw new RedisUnavailable("Redis is not reachable: " + failure.getMessage(), failure);
            }
            pause();
        }
    }

    private static void pause() {
        try {
            Thread.sleep(RETRY_PAUSE);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailable("interrupted while connecting to Redis", interrupted);
        }
    }

    /// Starts connecting, so that the first command finds the connection open.
    public void warm() {
        CompletableFuture<StatefulRedisConnection<String, V>> unused = connecting();
    }

    private StatefulRedisConnection<String, V> open(long deadline) {
        StatefulRedisConnection<String, V> current = connection;
        if (current != null) {
            return current;
        }
        try {
            return connecting().get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailable("interrupted while connecting to Redis", interrupted);
        } catch (TimeoutException late) {
            throw new RedisException("connecting takes too long", late);
        } catch (ExecutionException failed) {
            throw new RedisException(Objects.toString(failed.getCause()), failed);
        }
    }

    /// The one attempt at connecting that is under way.
    private CompletableFuture<StatefulRedisConnection<String, V>> connecting() {
        opening.lock();
        try {
            CompletableFuture<StatefulRedisConnection<String, V>> current = attempt;
            if (current == null || current.isCompletedExceptionally()) {
                current = new CompletableFuture<>();
                attempt = current;
                Thread.ofVirtual().name("sandmill-connect").start(connect(current));
            }
            return current;
        } finally {
            opening.unlock();
        }
    }

    private Runnable connect(CompletableFuture<StatefulRedisConnection<String, V>> result) {
        return () -> {
            try {
                if (closed) {
                    throw new RedisException("this connection is closed");
                }
                StatefulRedisConnection<String, V> made = opener.get();
                made.addListener(new RedisConnectionStateListener() {
                    @Override
                    public void onRedisConnected(RedisChannelHandler<?, ?> again, SocketAddress address) {
                        greet();
                    }
                });
                adopt(made, result);
            } catch (RuntimeException failure) {
                result.completeExceptionally(failure);
            }
        };
    }

    private void adopt(
            StatefulRedisConnection<String, V> made, CompletableFuture<StatefulRedisConnection<String, V>> result) {
        opening.lock();
        try {
            if (attempt != result) {
                made.closeAsync();
                throw new RedisException("this connection is not wanted any more");
            }
            connection = made;
            answered = System.nanoTime();
        } finally {
            opening.unlock();
        }
        result.complete(made);
        greet();
    }

    private void greet() {
        Thread.ofVirtual().name("sandmill-connected").start(() -> {
            try {
                onConnected.accept(this);
            } catch (RedisUnavailable | RedisException failure) {
                LOG.warn("a new connection to Redis was not prepared: {}", failure.getMessage());
            }
        });
    }

    /// Drops the connection; the next command opens a new one.
    public void reset() {
        opening.lock();
        try {
            StatefulRedisConnection<String, V> current = connection;
            connection = null;
            attempt = null;
            if (current != null) {
                current.closeAsync();
            }
        } finally {
            opening.unlock();
        }
    }

    @Override
    public void close() {
        closed = true;
        reset();
    }
}
