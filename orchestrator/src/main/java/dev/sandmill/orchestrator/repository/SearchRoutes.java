package dev.sandmill.orchestrator.repository;

import dev.sandmill.api.SearchAnswer;
import dev.sandmill.api.SearchHit;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.api.json.SearchJson;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/// `POST /v1/search`: code that answers a question, in the caller's repositories.
@RestController
public final class SearchRoutes {
    private final RepositoryRegistry registry;
    private final CodeIndex index;
    private final SearchJson json = new SearchJson();

    public SearchRoutes(RepositoryRegistry registry, CodeIndex index) {
        this.registry = registry;
        this.index = index;
    }

    @PostMapping("/v1/search")
    ResponseEntity<byte[]> search(Caller caller, @RequestBody byte[] body) throws InterruptedException {
        caller.requireReader();
        long startedAt = System.nanoTime();
        SearchQuery query = json.readQuery(body);
        for (String name : query.repositories()) {
            if (!registry.exists(caller.tenant(), name)) {
                throw ApiProblem.notFound("there is no repository of one of the names given");
            }
        }
        List<SearchHit> hits = index.search(caller.tenant(), query);
        long tookMillis = (System.nanoTime() - startedAt) / 1_000_000;
        return ResponseEntity.ok()
                .contentType(MediaType.APPLICATION_JSON)
                .body(json.writeAnswer(new SearchAnswer(hits, tookMillis)).getBytes(StandardCharsets.UTF_8));
    }
}
