package dev.sandmill.orchestrator.index;

import dev.sandmill.api.Content;
import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.git.Mirror;
import dev.sandmill.orchestrator.git.TreeDiff;
import dev.sandmill.vectorizer.FileChange;
import dev.sandmill.vectorizer.SourceSurvey;
import dev.sandmill.vectorizer.SourceSurvey.Surveyed;
import dev.sandmill.vectorizer.source.IgnoreRules;
import dev.sandmill.vectorizer.source.SkipReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a first index run of a commit would do: every file of its tree read, cut and counted, none embedded or stored.
public final class DryRun {
    private final SourceSurvey survey;
    private final IndexBounds bounds;

    public DryRun(SourceSurvey survey, IndexBounds bounds) {
        this.survey = survey;
        this.bounds = bounds;
    }

    /// A file that would not be indexed, and why.
    public record LeftOut(String path, String reason) {}

    /// What would be read of one language, or of all.
    public record Amount(long files, long bytes, long chunks, long tokens) {
        static final Amount NONE = new Amount(0, 0, 0, 0);

        Amount plus(Amount other) {
            return new Amount(files + other.files, bytes + other.bytes, chunks + other.chunks, tokens + other.tokens);
        }
    }

    /// @param seen files in the tree
    /// @param languages what would be indexed, by language
    /// @param skipped files that are not source, in the tree's order
    /// @param failed files that can not be read or cut
    public record Report(
            String commit, long seen, Map<String, Amount> languages, List<LeftOut> skipped, List<LeftOut> failed) {
        public Amount total() {
            return languages.values().stream().reduce(Amount.NONE, Amount::plus);
        }

        public Map<String, Long> skippedByReason() {
            Map<String, Long> counts = new TreeMap<>();
            skipped.forEach(file -> counts.merge(file.reason(), 1L, Long::sum));
            return counts;
        }
    }

    public Report of(Mirror mirror, String commit, RunProgress progress) throws GitFailure {
        TreeDiff tree = mirror.diff(null, commit);
        IgnoreRules rules = RepositoryRules.of(mirror, commit);
        Map<String, Amount> languages = new TreeMap<>();
        List<LeftOut> skipped = new ArrayList<>();
        List<LeftOut> failed = new ArrayList<>();
        tree.refused().forEach(refused -> skipped.add(new LeftOut(refused.path(), refused.reason())));
        long done = 0;
        long chunks = 0;
        for (TreeDiff.Blob blob : tree.put()) {
            progress.onProgress("counting", done++, tree.put().size(), chunks);
            if (rules.ignores(blob.path())) {
                skipped.add(new LeftOut(blob.path(), SkipReason.IGNORED.wireName()));
                continue;
            }
            Optional<Content> content = mirror.read(blob.blobId(), bounds.maxFileBytes());
            if (content.isEmpty()) {
                skipped.add(new LeftOut(blob.path(), SkipReason.TOO_LARGE.wireName()));
                continue;
            }
            switch (survey.of(new FileChange.Put(blob.path(), blob.blobId(), content.get()))) {
                case Surveyed.Skipped(var reason) -> skipped.add(new LeftOut(blob.path(), reason));
                case Surveyed.Failed(var reason) -> failed.add(new LeftOut(blob.path(), reason));
                case Surveyed.Source source -> {
                    chunks += source.chunks();
                    languages.merge(
                            source.language(),
                            new Amount(1, content.get().size(), source.chunks(), source.tokens()),
                            Amount::plus);
                }
            }
        }
        return new Report(commit, tree.seen(), languages, List.copyOf(skipped), List.copyOf(failed));
    }
}
