package dev.sandmill.backplane.queue;

import dev.sandmill.backplane.redis.RedisLink;
import dev.sandmill.backplane.redis.RedisUnavailable;
import io.lettuce.core.Consumer;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XReadArgs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;

/// A worker's way to its jobs: asks once, and where there is none waits on a connection of its own until one is ready.
final class Intake implements AutoCloseable {
    private static final Duration BLOCK = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final String GROUP = "workers";
    private static final String TAKE = "sandmill_take";

    private final WorkerConfig config;
    private final QueueFunctions functions;
    private final RedisLink<String> link;
    private final String ready;

    Intake(WorkerConfig config, QueueFunctions functions, RedisLink<String> link) {
        this.config = config;
        this.functions = functions;
        this.link = link;
        this.ready = functions.key() + ":ready:" + config.kind().wireName();
    }

    /// Jobs under lease, at most this many.
    List<QueueFunctions.Taken> take(int count, List<Ready> delivered) {
        return QueueFunctions.taken(functions.call(TAKE, arguments(count, delivered)));
    }

    /// The delivered ones under lease, without waiting for it on a thread.
    CompletableFuture<List<QueueFunctions.Taken>> askFor(List<Ready> delivered) {
        return functions.ask(TAKE, arguments(delivered.size(), delivered)).thenApply(QueueFunctions::taken);
    }

    private String[] arguments(int count, List<Ready> delivered) {
        List<String> arguments = new ArrayList<>(List.of(
                config.kind().wireName(),
                config.name(),
                Integer.toString(count),
                Long.toString(config.lease().toMillis())));
        for (Ready each : delivered) {
            arguments.add(each.entry());
            arguments.add(each.job());
        }
        return arguments.toArray(String[]::new);
    }

    /// A job that was delivered to this worker and is not yet under lease.
    record Ready(String entry, String job) {}

    /// What a blocking read brought.
    ///
    /// @param taken whether nothing is left to be done for these
    record Delivery(List<Ready> jobs, boolean taken) {
        static final Delivery NOTHING = new Delivery(List.of(), false);
    }

    /// Waits for jobs, at most this many, for at most a second.
    ///
    /// @param takeAtOnce gets them on the thread that reads answers, which must not wait; says whether it took them
    @SuppressWarnings("unchecked")
    Delivery awaitReady(int count, Predicate<List<Ready>> takeAtOnce) {
        try {
            return link.call(
                    redis -> redis.xreadgroup(
                                    Consumer.from(GROUP, config.name()),
                                    XReadArgs.Builder.block(BLOCK).count(count),
                                    XReadArgs.StreamOffset.lastConsumed(ready))
                            .thenApply(entries -> delivery(entries, takeAtOnce))
                            .toCompletableFuture(),
                    BLOCK.plus(ANSWER));
        } catch (RedisUnavailable away) {
            link.reset();
            throw new QueueUnavailable(Objects.toString(away.getMessage()), away);
        } catch (RedisCommandExecutionException refused) {
            String message = Objects.toString(refused.getMessage());
            if (message.startsWith("NOGROUP") || message.startsWith("UNBLOCKED")) {
                return Delivery.NOTHING;
            }
            throw new QueueUnavailable("Redis refused to hand out jobs: " + message, refused);
        }
    }

    private static Delivery delivery(List<StreamMessage<String, String>> entries, Predicate<List<Ready>> takeAtOnce) {
        List<Ready> jobs = entries.stream()
                .map(entry -> new Ready(entry.getId(), entry.getBody().getOrDefault("j", "")))
                .toList();
        return new Delivery(jobs, !jobs.isEmpty() && takeAtOnce.test(jobs));
    }

    @Override
    public void close() {
        link.close();
    }
}
