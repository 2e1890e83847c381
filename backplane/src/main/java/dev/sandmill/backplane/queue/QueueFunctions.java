package dev.sandmill.backplane.queue;

import dev.sandmill.api.JobId;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.JobState;
import dev.sandmill.backplane.redis.FunctionLibrary;
import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.RedisUnavailable;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScriptOutputType;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// The queue's steps as calls: texts in, rows out, and every failure of Redis a [QueueUnavailable].
final class QueueFunctions {
    private final RedisLink<String> link;
    private final FunctionLibrary library;
    private final String key;
    private final QueueObserver observer;

    QueueFunctions(RedisLink<String> link, FunctionLibrary library, String key, QueueObserver observer) {
        this.link = link;
        this.library = library;
        this.key = key;
        this.observer = observer;
    }

    /// A job in a worker's hands.
    record Taken(JobRecord job, String token) {}

    String key() {
        return key;
    }

    List<Object> call(String function, String... arguments) {
        long start = System.nanoTime();
        try {
            return library.call(link, function, ScriptOutputType.MULTI, key, arguments);
        } catch (RedisUnavailable away) {
            throw new QueueUnavailable(Objects.toString(away.getMessage()), away);
        } catch (RedisCommandExecutionException refused) {
            throw new QueueUnavailable("Redis refused " + function + ": " + refused.getMessage(), refused);
        } finally {
            observer.called(function, System.nanoTime() - start);
        }
    }

    QueueObserver observer() {
        return observer;
    }

    /// Sends without waiting, or says at once that there is no connection.
    RedisFuture<Object> send(String function, String... arguments) {
        try {
            return link.send(redis -> library.invoke(redis, function, ScriptOutputType.OBJECT, key, arguments));
        } catch (RedisUnavailable away) {
            throw new QueueUnavailable(Objects.toString(away.getMessage()), away);
        }
    }

    /// The same, with the answer when it comes, within the usual time, on the thread that reads it.
    CompletableFuture<List<Object>> ask(String function, String... arguments) {
        long start = System.nanoTime();
        try {
            return link.ask(redis ->
                            library.<List<Object>>invoke(redis, function, ScriptOutputType.MULTI, key, arguments))
                    .whenComplete((_, _) -> observer.called(function, System.nanoTime() - start));
        } catch (RedisUnavailable away) {
            throw new QueueUnavailable(Objects.toString(away.getMessage()), away);
        }
    }

    static JobRecord job(List<?> row) {
        return new JobRecord(
                new JobId(text(row, 0)),
                text(row, 1),
                JobKind.named(text(row, 2)).orElseThrow(),
                JobState.valueOf(text(row, 3).toUpperCase(Locale.ROOT)),
                Integer.parseInt(text(row, 4)),
                Objects.requireNonNull(instant(row, 5)),
                instant(row, 6),
                instant(row, 7),
                text(row, 8),
                nullable(row, 9),
                nullable(row, 10),
                nullable(row, 11));
    }

    static List<Taken> taken(List<?> rows) {
        return rows.stream()
                .map(each -> (List<?>) each)
                .map(row -> new Taken(job(row.subList(1, row.size())), text(row, 0)))
                .toList();
    }

    static String text(List<?> row, int index) {
        return Objects.requireNonNull(nullable(row, index));
    }

    private static @Nullable String nullable(List<?> row, int index) {
        return index < row.size() && row.get(index) != null ? row.get(index).toString() : null;
    }

    static @Nullable Instant instant(List<?> row, int index) {
        String millis = nullable(row, index);
        return millis == null ? null : Instant.ofEpochMilli(Long.parseLong(millis));
    }
}
