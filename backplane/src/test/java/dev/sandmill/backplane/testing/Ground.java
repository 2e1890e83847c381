package dev.sandmill.backplane.testing;

import dev.sandmill.api.JobId;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.backplane.queue.JobRecord;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/// A Redis of its own and a backplane on it.
public final class Ground implements AutoCloseable {
    /// A busy machine is not a Redis that is away.
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final RedisServer redis;
    private final Backplane backplane;

    private Ground(RedisServer redis, UnaryOperator<BackplaneConfig> change) {
        this.redis = redis;
        BackplaneConfig usual = BackplaneConfig.at(redis.uri());
        this.backplane = Backplane.open(change.apply(new BackplaneConfig(
                usual.redis(), usual.queueCapacity(), usual.resultTtl(), PATIENCE, usual.localCacheBytes())));
    }

    public static Ground open() {
        return on(RedisServer.start());
    }

    public static Ground on(RedisServer redis) {
        return new Ground(redis, config -> config);
    }

    public static Ground open(UnaryOperator<BackplaneConfig> change) {
        return new Ground(RedisServer.start(), change);
    }

    public RedisServer redis() {
        return redis;
    }

    public Backplane backplane() {
        return backplane;
    }

    public JobQueue queue() {
        return backplane.queue();
    }

    public JobRecord submit(String tenant, String source) {
        return Jobs.accepted(queue().submit(Jobs.execute(tenant, source)));
    }

    public JobRecord job(JobRecord job) {
        return queue().find(job.tenant(), job.id()).orElseThrow();
    }

    /// The terminal job, or as it is after a minute.
    public JobRecord end(JobRecord job) {
        try {
            return queue().await(job.tenant(), job.id(), Duration.ofMinutes(1)).orElseThrow();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    public List<String> eventTypes(JobId id) {
        try {
            return backplane.events().read(id, 0, Duration.ZERO).stream()
                    .map(event -> event.type())
                    .toList();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    /// A worker that takes a job and is never heard of again: what a killed process looks like from outside.
    ///
    /// @return the token of its first job, or an empty text
    public String takeAndDie(String worker, Duration lease) {
        String reply = redis.cli(
                "FCALL", "sandmill_take", "1", "sm:{q}", "execute", worker, "1", Long.toString(lease.toMillis()));
        return reply.lines().findFirst().orElse("");
    }

    @Override
    public void close() {
        backplane.close();
        redis.close();
    }
}
