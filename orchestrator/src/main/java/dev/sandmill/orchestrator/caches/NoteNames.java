package dev.sandmill.orchestrator.caches;

import dev.sandmill.orchestrator.problem.ApiProblem;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// What notes, their namespaces and their tags may be called.
final class NoteNames {
    static final int MOST_TAGS = 16;

    private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._:@~+=,-]{1,200}");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9._:@~+=,/-]{1,128}");

    private NoteNames() {}

    /// @param reserved names of the service's own
    static void checkNamespace(String field, String namespace, Set<String> reserved) {
        if (!NAMESPACE.matcher(namespace).matches()) {
            throw ApiProblem.badField(field, field + " has to be 1 to 64 letters, digits, '.', '_' or '-'");
        }
        if (reserved.contains(namespace)) {
            throw ApiProblem.badField(
                    field, field + " '" + namespace + "' is the service's own; notes need another one");
        }
    }

    static void checkKey(String field, String key) {
        if (!KEY.matcher(key).matches()) {
            throw ApiProblem.badField(
                    field, field + " has to be 1 to 200 letters, digits or . _ : @ ~ + = , - (no slash)");
        }
    }

    static void checkTags(String field, List<String> tags) {
        if (tags.size() > MOST_TAGS) {
            throw ApiProblem.badField(field, field + " has to have at most " + MOST_TAGS + ", not " + tags.size());
        }
        for (String tag : tags) {
            if (!TAG.matcher(tag).matches()) {
                throw ApiProblem.badField(
                        field, field + " have to be 1 to 128 letters, digits or . _ : @ ~ + = , / - each");
            }
        }
    }
}
