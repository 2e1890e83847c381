package dev.sandmill.backplane.cache;

import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SetArgs;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Who works a value out: one caller of a process, and while Redis is there one process. A lock is a text of its own
/// that ends by itself, so that a process which dies holds nobody up for longer than that; who waited so long works the
/// value out as well. Thread-safe.
final class Flights {
    private static final Duration LOCK = Duration.ofSeconds(10);

    /// A script and no function of the library, which a server that just started may not have yet: a lock that stays
    /// is a wait of seconds for the next caller.
    private static final String UNLOCK =
            "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0";

    private static final long FIRST_LOOK_MILLIS = 5;
    private static final long SLOWEST_LOOK_MILLIS = 100;

    private final RedisTier redis;
    private final ConcurrentHashMap<LocalKey, CompletableFuture<Optional<byte[]>>> underWay = new ConcurrentHashMap<>();

    Flights(RedisTier redis) {
        this.redis = redis;
    }

    /// @param look what the tiers know by now, null where they do not know it
    /// @param load works the value out and stores it
    /// @param joined runs where another caller's answer was taken
    Optional<byte[]> fly(
            LocalKey key, Supplier<@Nullable StoredValue> look, Supplier<Optional<byte[]>> load, Runnable joined) {
        CompletableFuture<Optional<byte[]>> mine = new CompletableFuture<>();
        CompletableFuture<Optional<byte[]>> others = underWay.putIfAbsent(key, mine);
        if (others != null) {
            joined.run();
            return answerOf(others, load);
        }
        try {
            Optional<byte[]> answer = alone(key, look, load, joined);
            mine.complete(answer);
            return answer;
        } catch (RuntimeException | Error failed) {
            mine.completeExceptionally(failed);
            throw failed;
        } finally {
            underWay.remove(key, mine);
        }
    }

    private static Optional<byte[]> answerOf(
            CompletableFuture<Optional<byte[]>> others, Supplier<Optional<byte[]>> load) {
        try {
            return others.get(2 * LOCK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException tooSlow) {
            return load.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return load.get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new CompletionException(failed.getCause());
        }
    }

    private Optional<byte[]> alone(
            LocalKey key, Supplier<@Nullable StoredValue> look, Supplier<Optional<byte[]>> load, Runnable joined) {
        String lock = "cl:" + key.namespace() + ":" + key.key();
        String token = UUID.randomUUID().toString();
        long deadline = System.nanoTime() + LOCK.toNanos();
        long pause = FIRST_LOOK_MILLIS;
        while (!isMine(lock, token)) {
            if (System.nanoTime() > deadline || !slept(pause)) {
                return load.get();
            }
            StoredValue known = look.get();
            if (known != null) {
                joined.run();
                return known.value();
            }
            pause = Math.min(SLOWEST_LOOK_MILLIS, 2 * pause);
        }
        try {
            StoredValue known = look.get();
            return known != null ? known.value() : load.get();
        } finally {
            redis.tell(commands -> commands.<Long>eval(
                    UNLOCK, ScriptOutputType.INTEGER, new String[] {lock}, token.getBytes(StandardCharsets.US_ASCII)));
        }
    }

    /// Nobody is asked while Redis is away: then each process works it out for itself.
    private boolean isMine(String lock, String token) {
        byte[] text = token.getBytes(StandardCharsets.US_ASCII);
        return redis.ask(commands -> commands.set(
                                lock, text, SetArgs.Builder.nx().px(LOCK.toMillis()))
                        .thenApply(Objects::nonNull)
                        .toCompletableFuture())
                .orElse(true);
    }

    private static boolean slept(long millis) {
        try {
            Thread.sleep(millis + ThreadLocalRandom.current().nextLong(millis));
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
