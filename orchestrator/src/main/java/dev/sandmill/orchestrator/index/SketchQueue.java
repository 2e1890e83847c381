package dev.sandmill.orchestrator.index;

import dev.sandmill.api.EmbedFiles;
import dev.sandmill.vectorizer.IndexTarget;
import dev.sandmill.vectorizer.Sketched;
import dev.sandmill.vectorizer.Vectorizer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The sketched files of a repository as batches: each file in one batch, each chunk wanted once. For one thread.
final class SketchQueue implements EmbeddingBatches.Source {
    private static final int CHUNKS_PER_BATCH = 128;
    private static final int FILES_PER_BATCH = 64;
    private static final int FILES_AT_ONCE = 512;
    /// Sixteen digits of a fingerprint tell the chunks of a repository apart; two that agree are both embedded.
    private static final int FINGERPRINT_DIGITS = 16;
    /// Beyond so many, a chunk that is in several batches may be looked up again.
    private static final int MOST_REMEMBERED = 1_000_000;

    private final Vectorizer vectorizer;
    private final IndexTarget target;
    private final Supplier<String> commit;
    private final Deque<Sketched> read = new ArrayDeque<>();
    private final Set<String> handedOut = new HashSet<>();
    private final Set<String> leftAlone = new HashSet<>();
    private final Set<String> wantedBefore = new HashSet<>();

    /// @param commit that is indexed now
    SketchQueue(Vectorizer vectorizer, IndexTarget target, Supplier<String> commit) {
        this.vectorizer = vectorizer;
        this.target = target;
        this.commit = commit;
    }

    @Override
    public Optional<EmbeddingBatches.Batch> next() {
        List<String> paths = new ArrayList<>();
        List<EmbedFiles.File> files = new ArrayList<>();
        List<String> wanted = new ArrayList<>();
        while (paths.size() < FILES_PER_BATCH && wanted.size() < CHUNKS_PER_BATCH) {
            Sketched file = nextFile();
            if (file == null) {
                break;
            }
            paths.add(file.path());
            int before = wanted.size();
            for (String fingerprint : file.fingerprints()) {
                String start = fingerprint.substring(0, Math.min(FINGERPRINT_DIGITS, fingerprint.length()));
                if (wantedBefore.add(start)) {
                    wanted.add(start);
                }
            }
            if (wanted.size() > before) {
                files.add(new EmbedFiles.File(file.path(), file.blobId()));
            }
        }
        if (wantedBefore.size() > MOST_REMEMBERED) {
            wantedBefore.clear();
        }
        if (paths.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new EmbeddingBatches.Batch(
                paths, wanted.isEmpty() ? null : new EmbedFiles(target.repository(), commit.get(), files, wanted)));
    }

    private @Nullable Sketched nextFile() {
        if (read.isEmpty()) {
            Set<String> except = new HashSet<>(handedOut);
            except.addAll(leftAlone);
            read.addAll(vectorizer.sketched(target, except, FILES_AT_ONCE));
        }
        Sketched file = read.poll();
        if (file != null) {
            handedOut.add(file.path());
        }
        return file;
    }

    /// These files have no sketch any more.
    void replaced(List<String> paths) {
        paths.forEach(handedOut::remove);
    }

    /// This file keeps its sketches.
    void leave(String path) {
        handedOut.remove(path);
        leftAlone.add(path);
    }
}
