package dev.sandmill.orchestrator.index;

import dev.sandmill.api.Indexed;
import dev.sandmill.vectorizer.BatchReport;
import java.util.ArrayList;
import java.util.List;

/// What a run did so far. For one thread.
final class RunTally {
    private static final int MAX_FAILURES_LISTED = 1_000;

    private final List<Indexed.Failure> failures = new ArrayList<>();
    private long done;
    private long skipped;
    private long failed;
    private long chunks;
    private long embedded;
    private long reused;
    private long deleted;

    void add(int changes, BatchReport report) {
        done += changes;
        skipped += report.skipped().size();
        chunks += report.chunks();
        embedded += report.embedded();
        reused += report.reused();
        deleted += report.deleted();
        report.failures().forEach(failure -> fail(failure.path(), failure.reason()));
    }

    void skip() {
        skipped++;
    }

    void fail(String path, String reason) {
        failed++;
        if (failures.size() < MAX_FAILURES_LISTED) {
            failures.add(new Indexed.Failure(path, reason));
        }
    }

    long done() {
        return done;
    }

    long chunks() {
        return chunks;
    }

    List<Indexed.Failure> failures() {
        return List.copyOf(failures);
    }

    /// False where more files failed than are remembered.
    boolean remembersEveryFailure() {
        return failed == failures.size();
    }

    Indexed.Files files(ChangePlan plan) {
        return new Indexed.Files(plan.seen(), plan.changed(), skipped, failed);
    }

    Indexed.Chunks chunkCounts() {
        return new Indexed.Chunks(chunks, embedded, reused, deleted);
    }
}
