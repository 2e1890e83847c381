package dev.sandmill.orchestrator.tracing;

import io.opentelemetry.context.Context;
import org.jspecify.annotations.Nullable;

/// The job whose handler this thread has just left; its outcome is written next, on the same thread.
final class JobOfThread {
    private final ThreadLocal<@Nullable Context> job = new ThreadLocal<>();

    void left(Context context) {
        job.set(context);
    }

    @Nullable
    Context take() {
        Context context = job.get();
        job.remove();
        return context;
    }
}
