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

/// A worker's way to its jobs: asks once, and where there is none waits on a connection of its own until one is ready.
final class Intake implements AutoCloseable {
    private static final Duration BLOCK = Duration.ofSeconds(1);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final String GROUP = "workers";

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
        List<String> arguments = new ArrayList<>(List.of(
                config.kind().wireName(),
                config.name(),
                Integer.toString(count),
                Long.toString(config.lease().toMillis())));
        for (Ready each : delivered) {
            arguments.add(each.entry());
            arguments.add(each.job());
        }
        return QueueFunctions.taken(functions.call("sandmill_take", arguments.toArray(String[]::new)));
    }

    /// A job that was delivered to this worker and is not yet under lease.
    record Ready(String entry, String job) {}

    /// Waits for jobs, at most this many, for at most a second.
    @SuppressWarnings("unchecked")
    List<Ready> awaitReady(int count) {
        try {
            List<StreamMessage<String, String>> entries = link.call(
                    redis -> redis.xreadgroup(
                            Consumer.from(GROUP, config.name()),
                            XReadArgs.Builder.block(BLOCK).count(count),
                            XReadArgs.StreamOffset.lastConsumed(ready)),
                    BLOCK.plus(ANSWER));
            return entries.stream()
                    .map(entry -> new Ready(entry.getId(), entry.getBody().getOrDefault("j", "")))
                    .toList();
        } catch (RedisUnavailable away) {
            link.reset();
            throw new QueueUnavailable(Objects.toString(away.getMessage()), away);
        } catch (RedisCommandExecutionException refused) {
            String message = Objects.toString(refused.getMessage());
            if (message.startsWith("NOGROUP") || message.startsWith("UNBLOCKED")) {
                return List.of();
            }
            throw new QueueUnavailable("Redis refused to hand out jobs: " + message, refused);
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
