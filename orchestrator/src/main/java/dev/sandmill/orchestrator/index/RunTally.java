package dev.sandmill.orchestrator.index;

import dev.sandmill.api.Indexed;
import dev.sandmill.vectorizer.BatchReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a run did so far. For one thread.
final class RunTally {
    private static final int MAX_FAILURES_LISTED = 1_000;
    private static final int MAX_CUT_BY_LINES_LISTED = 10;

    private final List<String> notes = new ArrayList<>();
    private final List<Indexed.Failure> failures = new ArrayList<>();
    private final Map<String, Long> skipped = new TreeMap<>();
    private final List<String> cutByLines = new ArrayList<>();
    private long allCutByLines;
    private long done;
    private long failed;
    private long chunks;
    private long embedded;
    private long reused;
    private long deleted;
    private long embeddedElsewhere;
    private long sketched;

    void add(int changes, BatchReport report) {
        done += changes;
        report.skipped().forEach(file -> skip(file.reason()));
        chunks += report.chunks();
        embedded += report.embedded();
        reused += report.reused();
        deleted += report.deleted();
        sketched += report.sketched();
        report.failures().forEach(failure -> fail(failure.path(), failure.reason()));
        report.cutByLines().forEach(this::cutByLines);
    }

    private void cutByLines(BatchReport.Failure file) {
        allCutByLines++;
        if (cutByLines.size() < MAX_CUT_BY_LINES_LISTED) {
            cutByLines.add(file.path() + " (" + file.reason() + ")");
        }
    }

    /// Chunks that others embedded for this run, and that it finds in the cache.
    void embeddedElsewhere(long count) {
        embeddedElsewhere += count;
    }

    void skip(String reason) {
        skipped.merge(reason, 1L, Long::sum);
    }

    private long skipped() {
        return skipped.values().stream().mapToLong(Long::longValue).sum();
    }

    /// Something about the run that its reader should know.
    void note(String text) {
        notes.add(text);
    }

    /// Everything worth saying beside the numbers, or null.
    @Nullable
    String message() {
        List<String> sentences = new ArrayList<>(notes);
        if (!skipped.isEmpty()) {
            sentences.add(skippedByReason());
        }
        if (sketched > 0) {
            sentences.add(sketched + " chunks are found by the token table until the model's vectors take its place");
        }
        if (allCutByLines > 0) {
            sentences.add(allCutByLines + " cut by lines since they ended their parser: "
                    + String.join(", ", cutByLines) + (allCutByLines > cutByLines.size() ? " and others" : ""));
        }
        if (failed > failures.size()) {
            sentences.add("more files failed than are listed; a full run tries all of them again");
        }
        return sentences.isEmpty() ? null : String.join("; ", sentences);
    }

    /// `12 skipped: binary 2, lock_file 10`.
    private String skippedByReason() {
        return skipped.entrySet().stream()
                .map(reason -> reason.getKey() + " " + reason.getValue())
                .collect(Collectors.joining(", ", skipped() + " skipped: ", ""));
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

    Indexed.Files files(ChangePlan plan) {
        return new Indexed.Files(plan.seen(), plan.changed(), skipped(), failed);
    }

    Indexed.Chunks chunkCounts() {
        long fromOthers = Math.min(embeddedElsewhere, reused);
        return new Indexed.Chunks(chunks, embedded + fromOthers, reused - fromOthers, deleted);
    }
}
