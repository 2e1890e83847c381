package dev.sandmill.orchestrator.http;

import dev.sandmill.api.EmbedFiles;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.JobRequest;
import dev.sandmill.api.RefineIndex;
import dev.sandmill.orchestrator.problem.ApiProblem;

/// Whether a repository is there to be indexed.
@FunctionalInterface
public interface IndexableRepositories {
    boolean exists(String tenant, String name);

    /// Refuses an index request for a repository that is not there.
    default void require(String tenant, JobRequest request) {
        switch (request) {
            case ExecuteCode code -> {}
            case EmbedFiles own -> throw new IllegalArgumentException("nobody from outside submits " + own.kind());
            case RefineIndex own -> throw new IllegalArgumentException("nobody from outside submits " + own.kind());
            case IndexRepository index -> {
                if (!exists(tenant, index.repository())) {
                    throw ApiProblem.notFound("there is no repository '" + index.repository() + "'");
                }
            }
        }
    }
}
