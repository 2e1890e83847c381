package dev.sandmill.orchestrator.tracing;

import org.jspecify.annotations.Nullable;

/// A job on its way into the queue.
public interface Enqueuing extends AutoCloseable {
    /// Of a job that is not traced.
    Enqueuing NONE = new Enqueuing() {
        @Override
        public @Nullable String traceparent() {
            return null;
        }

        @Override
        public void close() {}
    };

    /// What goes into the queue with the job.
    @Nullable
    String traceparent();

    @Override
    void close();
}
