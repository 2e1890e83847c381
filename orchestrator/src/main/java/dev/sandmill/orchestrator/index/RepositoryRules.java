package dev.sandmill.orchestrator.index;

import dev.sandmill.orchestrator.git.GitFailure;
import dev.sandmill.orchestrator.git.Mirror;
import dev.sandmill.vectorizer.source.IgnoreRules;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/// The two files at a repository's root that say what it wants left out of the index.
final class RepositoryRules {
    private static final String IGNORE_FILE = ".sandmillignore";
    private static final String ATTRIBUTES_FILE = ".gitattributes";
    /// A larger one is taken as empty.
    private static final long MAX_BYTES = 256 << 10;

    private RepositoryRules() {}

    /// As a commit has them.
    static IgnoreRules of(Mirror mirror, String commit) throws GitFailure {
        return IgnoreRules.of(text(mirror, commit, IGNORE_FILE), text(mirror, commit, ATTRIBUTES_FILE));
    }

    /// Whether files may have to come or go between two commits though they themselves are the same in both.
    static boolean differ(Mirror mirror, String base, String commit) throws GitFailure {
        for (String file : List.of(IGNORE_FILE, ATTRIBUTES_FILE)) {
            if (!mirror.blob(base, file).equals(mirror.blob(commit, file))) {
                return true;
            }
        }
        return false;
    }

    private static String text(Mirror mirror, String commit, String file) throws GitFailure {
        Optional<String> blob = mirror.blob(commit, file);
        return blob.isEmpty()
                ? ""
                : mirror.read(blob.get(), MAX_BYTES)
                        .map(content -> new String(content.toByteArray(), StandardCharsets.UTF_8))
                        .orElse("");
    }
}
