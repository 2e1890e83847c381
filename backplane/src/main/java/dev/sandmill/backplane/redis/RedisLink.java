package dev.sandmill.backplane.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
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

    private final Supplier<StatefulRedisConnection<String, V>> opener;
    private final Duration commandTimeout;
    private final Consumer<RedisLink<V>> onConnected;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable StatefulRedisConnection<String, V> connection;
    private volatile boolean closed;

    /// @param onConnected runs after each connect, beside the first commands
    RedisLink(
            Supplier<StatefulRedisConnection<String, V>> opener,
            Duration commandTimeout,
            Consumer<RedisLink<V>> onConnected) {
        this.opener = opener;
        this.onConnected = onConnected;
        this.commandTimeout = commandTimeout;
    }

    /// The answer within the usual time, or [RedisUnavailable].
    public <T> T call(Function<RedisAsyncCommands<String, V>, RedisFuture<T>> command) {
        return call(command, commandTimeout);
    }

    /// The answer within this time, or [RedisUnavailable]. An answer that is an error is the
    /// [RedisCommandExecutionException] that Redis gave.
    public <T> T call(Function<RedisAsyncCommands<String, V>, RedisFuture<T>> command, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        RedisFuture<T> answer = command.apply(connected(deadline));
        try {
            return answer.get(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException late) {
            answer.cancel(false);
            throw new RedisUnavailable("Redis did not answer within " + atMost.toMillis() + " ms", late);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailable("interrupted while waiting for Redis", interrupted);
        } catch (CancellationException gone) {
            throw new RedisUnavailable("the connection to Redis broke", gone);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RedisCommandExecutionException refused) {
                throw refused;
            }
            throw new RedisUnavailable("Redis did not answer: " + failed.getCause(), failed);
        }
    }

    /// Sends without waiting for the answer; empty connection means a failed future, not an exception.
    public <T> RedisFuture<T> send(Function<RedisAsyncCommands<String, V>, RedisFuture<T>> command) {
        return command.apply(connected(System.nanoTime() + commandTimeout.toNanos()));
    }

    public boolean isConnected() {
        StatefulRedisConnection<String, V> current = connection;
        return current != null && current.isOpen();
    }

    private RedisAsyncCommands<String, V> connected(long deadline) {
        StatefulRedisConnection<String, V> current = connection;
        if (current != null && current.isOpen()) {
            return current.async();
        }
        return reconnected(deadline);
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
            try {
                Thread.sleep(RETRY_PAUSE);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new RedisUnavailable("interrupted while connecting to Redis", interrupted);
            }
        }
    }

    private StatefulRedisConnection<String, V> open(long deadline) {
        StatefulRedisConnection<String, V> current = connection;
        if (current != null) {
            return current;
        }
        try {
            if (!opening.tryLock(Math.max(1, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                throw new RedisException("another thread is still connecting");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new RedisUnavailable("interrupted while connecting to Redis", interrupted);
        }
        try {
            if (closed) {
                throw new RedisException("this connection is closed");
            }
            current = connection;
            if (current == null) {
                current = opener.get();
                current.addListener(new RedisConnectionStateListener() {
                    @Override
                    public void onRedisConnected(RedisChannelHandler<?, ?> again, SocketAddress address) {
                        greet();
                    }
                });
                connection = current;
                greet();
            }
            return current;
        } finally {
            opening.unlock();
        }
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
