package dev.sandmill.api;

import java.util.List;

/// Bring the vectors of some files' chunks into the cache.
///
/// @param commit that has these files
/// @param wanted fingerprints, or starts of them, of the chunks that are needed; none for all
public record EmbedFiles(String repository, String commit, List<File> files, List<String> wanted)
        implements JobRequest {
    public EmbedFiles {
        files = List.copyOf(files);
        wanted = List.copyOf(wanted);
    }

    /// @param blobId git's id of its content
    public record File(String path, String blobId) {}

    @Override
    public JobKind kind() {
        return JobKind.INDEX_BATCH;
    }
}
