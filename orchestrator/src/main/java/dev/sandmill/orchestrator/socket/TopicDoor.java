package dev.sandmill.orchestrator.socket;

import dev.sandmill.api.JobId;
import dev.sandmill.backplane.events.Topic;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.orchestrator.http.IndexableRepositories;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.security.Caller;

/// Which topics there are, and who may follow them. What is another tenant's is not there.
public final class TopicDoor {
    private static final String JOB = "jobs/";
    private static final String REPOSITORY = "repositories/";

    private final JobQueue queue;
    private final IndexableRepositories repositories;

    public TopicDoor(JobQueue queue, IndexableRepositories repositories) {
        this.queue = queue;
        this.repositories = repositories;
    }

    /// Index runs of a repository.
    public static Topic.Named repository(String tenant, String name) {
        return new Topic.Named(tenant, REPOSITORY + name);
    }

    /// What was forgotten on the word of this tenant's callers.
    public static Topic.Named cache(String tenant) {
        return new Topic.Named(tenant, "cache");
    }

    /// The containers of all processes.
    static Topic.Named pool() {
        return new Topic.Named("", "pool");
    }

    Topic topic(Caller caller, String name) {
        caller.requireReader();
        if (name.startsWith(JOB)) {
            return job(caller, name.substring(JOB.length()));
        }
        if (name.startsWith(REPOSITORY)) {
            return repository(caller, name.substring(REPOSITORY.length()));
        }
        return switch (name) {
            case "jobs" -> new Topic.Named(caller.tenant(), Topic.Named.JOBS);
            case "cache" -> cache(caller.tenant());
            case "pool" -> {
                caller.requireOperator();
                yield pool();
            }
            default ->
                throw ApiProblem.badField(
                        "subscribe",
                        "there is no such topic; there are jobs/ID, jobs, repositories/NAME, cache and pool");
        };
    }

    private Topic job(Caller caller, String id) {
        JobId job;
        try {
            job = new JobId(id);
        } catch (IllegalArgumentException malformed) {
            throw ApiProblem.notFound("there is no job with this id");
        }
        queue.find(caller.jobsOf(), job)
                .orElseThrow(
                        () -> ApiProblem.notFound("there is no job " + job + "; finished ones are kept for a day"));
        return new Topic.OfJob(job);
    }

    private Topic repository(Caller caller, String name) {
        if (!repositories.exists(caller.tenant(), name)) {
            throw ApiProblem.notFound("there is no repository with this name");
        }
        return repository(caller.tenant(), name);
    }
}
