package dev.sandmill.orchestrator.tracing;

import org.jspecify.annotations.Nullable;

/// The steps of one job, as spans below its own. Thread-safe.
public interface Steps {
    /// Of a job that is not traced.
    Steps NONE = new Steps() {
        @Override
        public Step begin(String name) {
            return () -> {};
        }

        @Override
        public void past(String name, long startNanos, long endNanos) {}

        @Override
        public void attribute(String key, String value) {}

        @Override
        public @Nullable String traceparent() {
            return null;
        }
    };

    /// A step that is over when it is closed.
    @FunctionalInterface
    interface Step extends AutoCloseable {
        @Override
        void close();
    }

    Step begin(String name);

    /// A step that is over.
    ///
    /// @param startNanos as [System#nanoTime()] said
    void past(String name, long startNanos, long endNanos);

    /// Something that is to be known of the whole job.
    void attribute(String key, String value);

    /// What parts of the job that are done elsewhere go on from.
    @Nullable
    String traceparent();
}
