package dev.sandmill.orchestrator.repository;

import dev.sandmill.api.SearchAnswer;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.api.json.SearchJson;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import dev.sandmill.vectorizer.SearchResult;
import dev.sandmill.vectorizer.SearchUnavailable;
import dev.sandmill.vectorizer.Vectorizer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// `POST /v1/search`: code that answers a question, in the caller's repositories.
@RestController
public final class SearchRoutes {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final RepositoryRegistry registry;
    private final Optional<Vectorizer> vectorizer;
    private final SearchJson json = new SearchJson();

    /// @param vectorizer empty in a process without the role index
    public SearchRoutes(RepositoryRegistry registry, Optional<Vectorizer> vectorizer) {
        this.registry = registry;
        this.vectorizer = vectorizer;
    }

    @PostMapping("/v1/search")
    ResponseEntity<byte[]> search(Caller caller, @RequestBody byte[] body) {
        caller.requireReader();
        long startedAt = System.nanoTime();
        SearchQuery query = json.readQuery(body);
        for (String name : query.repositories()) {
            if (!registry.exists(caller.tenant(), name)) {
                throw ApiProblem.notFound("there is no repository of one of the names given");
            }
        }
        Vectorizer index = vectorizer.orElseThrow(() -> ApiProblem.unavailable(
                "this process has no index role and holds no index; ask one that has", Duration.ofSeconds(60)));
        SearchResult result;
        try {
            result = index.search(caller.tenant(), query);
        } catch (SearchUnavailable later) {
            throw ApiProblem.unavailable(String.valueOf(later.getMessage()), RETRY_AFTER);
        }
        long tookMillis = (System.nanoTime() - startedAt) / 1_000_000;
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(json.writeAnswer(new SearchAnswer(result.hits(), tookMillis))
                        .getBytes(StandardCharsets.UTF_8));
    }
}
