package dev.sandmill.orchestrator.repository;

import dev.sandmill.api.RegisteredRepository;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// A registered repository, as all processes share it.
///
/// @param url as its owner gave it; without credentials
/// @param anyLocalPath whether its owner may name any folder of this host
/// @param branch null until the first run has asked the remote
/// @param sketchedChunks of the chunks, those that wait for their exact vector; null where an earlier version stored
///     the repository
/// @param failedPaths files that failed at `indexedCommit`
/// @param unfinishedCommits commits of which some files may be in the index already, because a run was cut off
public record Repository(
        String tenant,
        String name,
        String url,
        boolean anyLocalPath,
        @Nullable String branch,
        @Nullable String indexedCommit,
        RepositoryState state,
        long files,
        long chunks,
        @Nullable Long sketchedChunks,
        @Nullable String model,
        List<String> failedPaths,
        List<String> unfinishedCommits,
        Instant createdAt) {

    public Repository {
        failedPaths = List.copyOf(failedPaths);
        unfinishedCommits = List.copyOf(unfinishedCommits);
    }

    public static Repository registered(
            String tenant, String name, String url, boolean anyLocalPath, @Nullable String branch, Instant now) {
        return new Repository(
                tenant,
                name,
                url,
                anyLocalPath,
                branch,
                null,
                RepositoryState.NEW,
                0,
                0,
                0L,
                null,
                List.of(),
                List.of(),
                now);
    }

    public Repository in(RepositoryState other) {
        return new Repository(
                tenant,
                name,
                url,
                anyLocalPath,
                branch,
                indexedCommit,
                other,
                files,
                chunks,
                sketchedChunks,
                model,
                failedPaths,
                unfinishedCommits,
                createdAt);
    }

    /// After some of its sketches were replaced.
    public Repository withSketched(long nowSketched) {
        return new Repository(
                tenant,
                name,
                url,
                anyLocalPath,
                branch,
                indexedCommit,
                state,
                files,
                chunks,
                nowSketched,
                model,
                failedPaths,
                unfinishedCommits,
                createdAt);
    }

    /// While a run brings the index from its commit to others.
    public Repository indexing(String onBranch, List<String> towards) {
        return new Repository(
                tenant,
                name,
                url,
                anyLocalPath,
                onBranch,
                indexedCommit,
                RepositoryState.INDEXING,
                files,
                chunks,
                sketchedChunks,
                model,
                failedPaths,
                towards,
                createdAt);
    }

    /// After a run that reached a commit.
    public Repository indexed(
            @Nullable String commit,
            long nowFiles,
            long nowChunks,
            long nowSketched,
            String byModel,
            List<String> failed) {
        return new Repository(
                tenant,
                name,
                url,
                anyLocalPath,
                branch,
                commit,
                failed.isEmpty() ? RepositoryState.READY : RepositoryState.PARTIAL,
                nowFiles,
                nowChunks,
                nowSketched,
                byModel,
                failed,
                List.of(),
                createdAt);
    }

    /// As its owner sees it.
    public RegisteredRepository view(@Nullable String jobId) {
        return new RegisteredRepository(
                name,
                url,
                branch,
                indexedCommit,
                state.name().toLowerCase(Locale.ROOT),
                files,
                chunks,
                sketchedChunks == null ? 0 : sketchedChunks,
                model,
                jobId);
    }
}
