package dev.sandmill.backplane.testing;

import dev.sandmill.api.JobKind;
import dev.sandmill.backplane.queue.JobRecord;
import dev.sandmill.backplane.queue.Submission;
import dev.sandmill.backplane.queue.SubmitResult;
import dev.sandmill.backplane.queue.WorkerConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Submissions and workers as most tests want them.
public final class Jobs {
    public static final String DEAD = "{\"status\":\"failed\",\"message\":\"its workers died\"}";
    public static final String CANCELLED = "{\"status\":\"cancelled\"}";

    private Jobs() {}

    public static Submission execute(String tenant, String source) {
        return execute(tenant, source, null);
    }

    public static Submission execute(String tenant, String source, @Nullable String idempotencyKey) {
        return new Submission(tenant, JobKind.EXECUTE, body(source), idempotencyKey, null);
    }

    /// @param source without characters that JSON escapes
    public static String body(String source) {
        return "{\"kind\":\"execute\",\"execute\":{\"language\":\"python\",\"source\":\"" + source + "\"}}";
    }

    public static WorkerConfig worker(String name, int slots) {
        return new WorkerConfig(
                name, JobKind.EXECUTE, slots, Duration.ofSeconds(15), 3, Duration.ofSeconds(5), _ -> DEAD);
    }

    public static WorkerConfig shortLease(String name, int slots) {
        return new WorkerConfig(
                name, JobKind.EXECUTE, slots, Duration.ofMillis(900), 3, Duration.ofSeconds(5), _ -> DEAD);
    }

    public static JobRecord accepted(SubmitResult result) {
        if (result instanceof SubmitResult.Accepted(JobRecord job)) {
            return job;
        }
        throw new AssertionError("not accepted: " + result);
    }
}
