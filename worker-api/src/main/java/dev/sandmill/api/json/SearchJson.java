package dev.sandmill.api.json;

import dev.sandmill.api.RegisteredRepository;
import dev.sandmill.api.SearchAnswer;
import dev.sandmill.api.SearchHit;
import dev.sandmill.api.SearchQuery;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Repositories and searches as JSON, in both directions. Thread-safe; what is wrong is an [InvalidJson].
public final class SearchJson {
    private static final int MAX_QUERY_CHARACTERS = 10_000;
    private static final int MAX_NAMES = 1_000;

    private final JsonSource source = new JsonSource();

    public SearchQuery readQuery(byte[] json) {
        Fields fields =
                new Fields(source.object(json), "").only("query", "repositories", "languages", "pathPrefix", "limit");
        String query = fields.string("query");
        if (query.isBlank() || query.length() > MAX_QUERY_CHARACTERS) {
            throw fields.invalid("query", "has to be 1 to " + MAX_QUERY_CHARACTERS + " characters and not blank");
        }
        long limit = fields.integer("limit", SearchQuery.DEFAULT_LIMIT);
        if (limit < 1 || limit > SearchQuery.MAX_LIMIT) {
            throw fields.invalid("limit", "has to be 1 to " + SearchQuery.MAX_LIMIT + ", not " + limit);
        }
        return new SearchQuery(
                query,
                fields.strings("repositories", MAX_NAMES),
                fields.strings("languages", MAX_NAMES),
                fields.nullableString("pathPrefix"),
                (int) limit);
    }

    public String writeQuery(SearchQuery query) {
        ObjectNode node = source.newObject();
        node.put("query", query.query());
        RequestWriter.strings(node, "repositories", query.repositories());
        RequestWriter.strings(node, "languages", query.languages());
        node.put("pathPrefix", query.pathPrefix());
        node.put("limit", query.limit());
        return source.write(node);
    }

    public String writeAnswer(SearchAnswer answer) {
        ObjectNode node = source.newObject();
        ArrayNode hits = node.putArray("hits");
        for (SearchHit hit : answer.hits()) {
            hits.addObject()
                    .put("repository", hit.repository())
                    .put("commit", hit.commit())
                    .put("path", hit.path())
                    .put("startLine", hit.startLine())
                    .put("endLine", hit.endLine())
                    .put("symbol", hit.symbol())
                    .put("language", hit.language())
                    .put("score", hit.score())
                    .put("snippet", hit.snippet())
                    .put("embedder", hit.embedder());
        }
        node.put("tookMillis", answer.tookMillis());
        return source.write(node);
    }

    public SearchAnswer readAnswer(String json) {
        Fields fields = new Fields(source.object(json), "");
        List<SearchHit> hits = fields.list("hits", Integer.MAX_VALUE, SearchJson::hit);
        return new SearchAnswer(hits, fields.integer("tookMillis"));
    }

    /// `{"name","url","branch"?}`, what registers a repository.
    public String writeRegistration(String name, String url, @Nullable String branch) {
        ObjectNode node = source.newObject().put("name", name).put("url", url);
        if (branch != null) {
            node.put("branch", branch);
        }
        return source.write(node);
    }

    /// `{"commit"?,"full"?}`, what asks for a run.
    public String writeRun(@Nullable String commit, boolean full) {
        ObjectNode node = source.newObject();
        if (commit != null) {
            node.put("commit", commit);
        }
        return source.write(node.put("full", full));
    }

    public String writeRepository(RegisteredRepository repository) {
        ObjectNode node = source.newObject();
        repository(node, repository);
        return source.write(node);
    }

    public String writeRepositories(List<RegisteredRepository> repositories) {
        ArrayNode array = source.newArray();
        repositories.forEach(each -> repository(array.addObject(), each));
        return source.write(array);
    }

    public RegisteredRepository readRepository(String json) {
        Fields fields = new Fields(source.object(json), "");
        return new RegisteredRepository(
                fields.string("name"),
                fields.string("url"),
                fields.nullableString("branch"),
                fields.nullableString("indexedCommit"),
                fields.string("state"),
                fields.integer("files"),
                fields.integer("chunks"),
                fields.integer("sketchedChunks"),
                fields.nullableString("model"),
                fields.nullableString("jobId"));
    }

    private static void repository(ObjectNode node, RegisteredRepository repository) {
        node.put("name", repository.name());
        node.put("url", repository.url());
        node.put("branch", repository.branch());
        node.put("indexedCommit", repository.indexedCommit());
        node.put("state", repository.state());
        node.put("files", repository.files());
        node.put("chunks", repository.chunks());
        node.put("sketchedChunks", repository.sketchedChunks());
        node.put("model", repository.model());
        if (repository.jobId() != null) {
            node.put("jobId", repository.jobId());
        }
    }

    private static SearchHit hit(JsonNode node, String name) {
        Fields fields = Fields.object(node, name);
        return new SearchHit(
                fields.string("repository"),
                fields.string("commit"),
                fields.string("path"),
                fields.smallInteger("startLine"),
                fields.smallInteger("endLine"),
                fields.nullableString("symbol"),
                fields.string("language"),
                fields.number("score"),
                fields.string("snippet"),
                fields.string("embedder"));
    }
}
