package dev.sandmill.orchestrator.repository;

import dev.sandmill.api.SearchHit;
import dev.sandmill.api.SearchQuery;
import java.util.List;

/// The pool's one search index, wherever it is.
public interface CodeIndex {
    /// Hits, best first.
    ///
    /// @throws dev.sandmill.orchestrator.problem.ApiProblem where it cannot be asked now
    List<SearchHit> search(String tenant, SearchQuery query) throws InterruptedException;

    /// Forgets a repository, and its mirror beside the index.
    void drop(Repository repository) throws InterruptedException;
}
