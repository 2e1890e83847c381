package dev.sandmill.orchestrator;

import dev.sandmill.api.JobKind;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.SessionJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.orchestrator.Wiring.EmbedderHolder;
import dev.sandmill.orchestrator.Wiring.SandboxHolder;
import dev.sandmill.orchestrator.Wiring.VectorizerHolder;
import dev.sandmill.orchestrator.caches.RepositoryNotes;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.execute.ExecuteJobHandler;
import dev.sandmill.orchestrator.execute.LanguageList;
import dev.sandmill.orchestrator.execute.SupportedPrograms;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.orchestrator.git.RemotePolicy;
import dev.sandmill.orchestrator.health.Dependencies;
import dev.sandmill.orchestrator.holder.IndexPlace;
import dev.sandmill.orchestrator.http.BatchRoutes;
import dev.sandmill.orchestrator.http.EventRoutes;
import dev.sandmill.orchestrator.http.ExecuteRoutes;
import dev.sandmill.orchestrator.http.IndexableRepositories;
import dev.sandmill.orchestrator.http.JobRoutes;
import dev.sandmill.orchestrator.index.EmbedFilesHandler;
import dev.sandmill.orchestrator.index.EmbeddingBatches;
import dev.sandmill.orchestrator.index.IndexBounds;
import dev.sandmill.orchestrator.index.IndexJobHandler;
import dev.sandmill.orchestrator.index.IndexRun;
import dev.sandmill.orchestrator.index.RefineIndexHandler;
import dev.sandmill.orchestrator.index.Refinement;
import dev.sandmill.orchestrator.index.RepositoryLocks;
import dev.sandmill.orchestrator.index.RunNews;
import dev.sandmill.orchestrator.jobs.ExecuteMetrics;
import dev.sandmill.orchestrator.jobs.JobDoor;
import dev.sandmill.orchestrator.jobs.JobMeter;
import dev.sandmill.orchestrator.jobs.RunMeter;
import dev.sandmill.orchestrator.jobs.Workers;
import dev.sandmill.orchestrator.peer.Peers;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.security.RateLimit;
import dev.sandmill.orchestrator.session.SessionPost;
import dev.sandmill.orchestrator.session.SessionRoutes;
import dev.sandmill.orchestrator.socket.TopicDoor;
import dev.sandmill.orchestrator.tracing.Tracing;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Jobs: their way in, their workers, and the routes that show them; and sessions, which are no jobs.
@Configuration(proxyBeanMethods = false)
class JobWiring {
    /// At a time; they do little but wait for their batches.
    private static final int REFINEMENTS = 8;

    @Bean
    JobDoor jobDoor(
            Backplane backplane,
            JobJson json,
            SandboxHolder sandbox,
            RateLimit rates,
            ExecuteMetrics metrics,
            JobMeter meter,
            Tracing tracing) {
        return new JobDoor(
                backplane.queue(),
                json,
                new SupportedPrograms(sandbox.present()),
                (code, tenant) -> sandbox.present().flatMap(present -> present.known(code, tenant)),
                rates,
                metrics,
                meter,
                tracing);
    }

    @Bean
    ExecuteMetrics executeMetrics(MeterRegistry registry) {
        return new ExecuteMetrics(registry);
    }

    @Bean
    RunMeter programs() {
        return new RunMeter();
    }

    @Bean
    Workers workers(
            ServiceConfig config,
            Backplane backplane,
            JobJson json,
            StrictJson events,
            SandboxHolder sandbox,
            VectorizerHolder vectorizer,
            EmbedderHolder embedder,
            RepositoryRegistry repositories,
            RemotePolicy remotes,
            Mirrors mirrors,
            ExecuteMetrics metrics,
            RunMeter programs,
            JobMeter meter,
            RepositoryNotes notes,
            IndexPlace place,
            Tracing tracing) {
        List<Workers.Duty> duties = new ArrayList<>();
        sandbox.present()
                .ifPresent(present -> duties.add(new Workers.Duty(
                        JobKind.EXECUTE,
                        config.executeSlots(),
                        new ExecuteJobHandler(present, json, events, metrics, programs, tracing))));
        vectorizer.present().ifPresent(present -> {
            RunNews news = (tenant, repository, type, data) ->
                    backplane.topics().publish(TopicDoor.repository(tenant, repository), type, data);
            EmbeddingBatches batches = new EmbeddingBatches(backplane.queue(), json);
            RepositoryLocks writing = new RepositoryLocks();
            IndexRun run = new IndexRun(repositories, remotes, mirrors, present, IndexBounds.DEFAULT, batches, writing);
            Refinement refinement = new Refinement(repositories, present, batches, writing);
            duties.add(new Workers.Duty(
                    JobKind.INDEX,
                    config.indexSlots(),
                    place.guarding(new IndexJobHandler(run, json, events, news, notes::forget, tracing))));
            duties.add(new Workers.Duty(
                    JobKind.INDEX_EXACT,
                    REFINEMENTS,
                    place.guarding(new RefineIndexHandler(refinement, json, events, news, tracing))));
        });
        embedder.present()
                .ifPresent(present -> duties.add(new Workers.Duty(
                        JobKind.INDEX_BATCH,
                        config.indexSlots(),
                        new EmbedFilesHandler(
                                repositories, remotes, mirrors, present, IndexBounds.DEFAULT, json, tracing))));
        String process =
                config.instance() + "-" + ManagementFactory.getRuntimeMXBean().getName();
        return new Workers(backplane.queue(), json, process, duties, meter, tracing);
    }

    @Bean
    JobRoutes jobRoutes(JobDoor door, Backplane backplane, JobJson json, IndexableRepositories repositories) {
        return new JobRoutes(door, backplane.queue(), json, repositories);
    }

    @Bean
    BatchRoutes batchRoutes(JobDoor door, JobJson json, StrictJson answers, IndexableRepositories repositories) {
        return new BatchRoutes(door, json, answers, repositories);
    }

    @Bean(destroyMethod = "close")
    LanguageList languageList(ServiceConfig config, SandboxHolder sandbox, Peers peers) {
        return new LanguageList(config.instance(), sandbox.present(), peers);
    }

    @Bean
    ExecuteRoutes executeRoutes(JobDoor door, JobJson json, LanguageList languages) {
        return new ExecuteRoutes(door, json, languages);
    }

    @Bean
    SessionJson sessionJson(ServiceConfig config) {
        return new SessionJson(config.defaultLimits(), config.limitCeiling());
    }

    @Bean
    Peers peers(Backplane backplane) {
        return new Peers(backplane.calls());
    }

    @Bean(destroyMethod = "close")
    SessionPost sessionPost(
            ServiceConfig config,
            SandboxHolder sandbox,
            Peers peers,
            SessionJson sessions,
            JobJson outcomes,
            ExecuteMetrics metrics) {
        return new SessionPost(
                config.instance(),
                sandbox.present(),
                peers,
                sessions,
                outcomes,
                metrics,
                Duration.ofMillis(config.limitCeiling().wallMillis()));
    }

    @Bean
    SessionRoutes sessionRoutes(SessionPost post, SessionJson sessions, RateLimit rates) {
        return new SessionRoutes(post, sessions, rates);
    }

    @Bean
    EventRoutes eventRoutes(Backplane backplane, Dependencies dependencies) {
        return new EventRoutes(backplane.events(), backplane.queue(), dependencies::isStopping);
    }
}
