package dev.sandmill.api;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What came of an index run. `files` and `chunks` speak of this run alone.
///
/// @param commit the commit that is searchable now; null where the run got nowhere
/// @param message a sentence for people where the status alone does not say it
public record Indexed(
        IndexStatus status,
        String repository,
        @Nullable String commit,
        Files files,
        Chunks chunks,
        long durationMillis,
        List<Failure> failures,
        @Nullable String message)
        implements JobOutcome {

    public Indexed {
        failures = List.copyOf(failures);
    }

    public static Indexed withoutRun(IndexStatus status, String repository, String message) {
        return new Indexed(status, repository, null, Files.NONE, Chunks.NONE, 0, List.of(), message);
    }

    /// @param seen files in the commit's tree
    /// @param changed files that differ from the last indexed commit
    /// @param skipped changed files that are not source
    /// @param failed changed files that could not be read or embedded
    public record Files(long seen, long changed, long skipped, long failed) {
        public static final Files NONE = new Files(0, 0, 0, 0);
    }

    /// @param total chunks of the changed files
    /// @param embedded chunks whose vector was computed in this run
    /// @param reused chunks whose vector came from the cache
    /// @param deleted chunks that left the index
    public record Chunks(long total, long embedded, long reused, long deleted) {
        public static final Chunks NONE = new Chunks(0, 0, 0, 0);
    }

    public record Failure(String path, String reason) {}
}
