package dev.sandmill.vectorizer.embed;

import java.util.concurrent.atomic.LongAdder;

/// What a model has done since the start: counts of texts and of runs (a text in process, a call of an endpoint), and
/// the time that all runs took together.
public record WorkDone(long texts, long runs, long nanos) {
    public static final WorkDone NONE = new WorkDone(0, 0, 0);

    /// Counts it. Thread-safe.
    public static final class Count {
        private final LongAdder texts = new LongAdder();
        private final LongAdder runs = new LongAdder();
        private final LongAdder nanos = new LongAdder();

        public void add(int textsOfRun, long nanosOfRun) {
            texts.add(textsOfRun);
            runs.increment();
            nanos.add(nanosOfRun);
        }

        public WorkDone sum() {
            return new WorkDone(texts.sum(), runs.sum(), nanos.sum());
        }
    }
}
