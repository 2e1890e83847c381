package dev.sandmill.api.json;

import dev.sandmill.api.IndexRepository;
import java.util.regex.Pattern;

/// Reads a request to index a repository.
final class IndexReader {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");
    private static final Pattern COMMIT = Pattern.compile("(dir-)?[0-9a-f]{7,64}");

    IndexRepository read(Fields fields) {
        String repository = fields.string("repository");
        if (!NAME.matcher(repository).matches() || repository.equals(".") || repository.equals("..")) {
            throw fields.invalid(
                    "repository", "has to match " + NAME + ", not \"" + Fields.shortened(repository) + "\"");
        }
        String commit = fields.nullableString("commit");
        if (commit != null) {
            requireCommit(fields, commit);
        }
        IndexRepository request = new IndexRepository(repository, commit, fields.bool("full", false));
        fields.end();
        return request;
    }

    private static void requireCommit(Fields fields, String commit) {
        if (!COMMIT.matcher(commit).matches()) {
            throw fields.invalid(
                    "commit", "has to be 7 to 64 of 0-9 and a-f, not \"" + Fields.shortened(commit) + "\"");
        }
    }
}
