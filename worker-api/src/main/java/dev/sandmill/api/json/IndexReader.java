package dev.sandmill.api.json;

import dev.sandmill.api.EmbedFiles;
import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.RefineIndex;
import java.util.List;
import java.util.regex.Pattern;

/// Reads a request to index a repository, and the parts that such a run has done by others.
final class IndexReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Pattern COMMIT = Pattern.compile("(dir-)?[0-9a-f]{7,64}");

    private static final Pattern BLOB = Pattern.compile("[0-9a-f]{40,64}");
    private static final Pattern FINGERPRINT_START = Pattern.compile("[0-9a-f]{8,64}");
    private static final int MAX_BATCH_FILES = 10_000;
    private static final int MAX_BATCH_CHUNKS = 1 << 20;

    IndexRepository read(Fields fields) {
        fields.only("repository", "commit", "full");
        String repository = repository(fields);
        String commit = fields.nullableString("commit");
        if (commit != null) {
            requireCommit(fields, commit);
        }
        return new IndexRepository(repository, commit, fields.bool("full", false));
    }

    EmbedFiles readBatch(Fields fields) {
        fields.only("repository", "commit", "files", "wanted");
        String repository = repository(fields);
        String commit = fields.string("commit");
        requireCommit(fields, commit);
        List<EmbedFiles.File> files = fields.list("files", MAX_BATCH_FILES, (node, name) -> {
            Fields file = Fields.object(node, name).only("path", "blobId");
            return new EmbedFiles.File(file.string("path"), matching(file, "blobId", BLOB));
        });
        List<String> wanted = fields.strings("wanted", MAX_BATCH_CHUNKS);
        if (!wanted.stream().allMatch(start -> FINGERPRINT_START.matcher(start).matches())) {
            throw fields.invalid("wanted", "has to hold starts of fingerprints");
        }
        return new EmbedFiles(repository, commit, files, wanted);
    }

    RefineIndex readRefinement(Fields fields) {
        return new RefineIndex(repository(fields.only("repository")));
    }

    private static String repository(Fields fields) {
        String repository = matching(fields, "repository", NAME);
        if (repository.equals(".") || repository.equals("..")) {
            throw fields.invalid("repository", "has to be a name, not \"" + repository + "\"");
        }
        return repository;
    }

    private static String matching(Fields fields, String field, Pattern pattern) {
        String text = fields.string(field);
        if (!pattern.matcher(text).matches()) {
            throw fields.invalid(field, "has to match " + pattern + ", not \"" + Fields.shortened(text) + "\"");
        }
        return text;
    }

    private static void requireCommit(Fields fields, String commit) {
        if (!COMMIT.matcher(commit).matches()) {
            throw fields.invalid(
                    "commit", "has to be 7 to 64 of 0-9 and a-f, not \"" + Fields.shortened(commit) + "\"");
        }
    }
}
