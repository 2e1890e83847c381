package dev.sandmill.orchestrator;

import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.orchestrator.Wiring.VectorizerHolder;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.git.FetchProcesses;
import dev.sandmill.orchestrator.git.MirrorConfig;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.orchestrator.git.RemotePolicy;
import dev.sandmill.orchestrator.holder.HeldIndex;
import dev.sandmill.orchestrator.holder.HolderRecord;
import dev.sandmill.orchestrator.holder.IndexHolding;
import dev.sandmill.orchestrator.holder.IndexPlace;
import dev.sandmill.orchestrator.http.IndexableRepositories;
import dev.sandmill.orchestrator.jobs.JobDoor;
import dev.sandmill.orchestrator.jobs.Workers;
import dev.sandmill.orchestrator.peer.Peers;
import dev.sandmill.orchestrator.repository.CodeIndex;
import dev.sandmill.orchestrator.repository.IndexSubmission;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.repository.RepositoryRoutes;
import dev.sandmill.orchestrator.repository.SearchRoutes;
import dev.sandmill.orchestrator.webhook.HookRegistry;
import dev.sandmill.orchestrator.webhook.HookRoutes;
import dev.sandmill.orchestrator.webhook.WebhookRoutes;
import java.time.InstantSource;
import java.util.List;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Git repositories, search over them, and the webhooks that announce pushes.
@Configuration(proxyBeanMethods = false)
class RepositoryWiring {
    @Bean
    RemotePolicy remotePolicy(ServiceConfig config) {
        return new RemotePolicy(config.gitHosts(), List.of(), config.home());
    }

    @Bean(destroyMethod = "close")
    FetchProcesses fetchProcesses() {
        return FetchProcesses.open();
    }

    @Bean
    Mirrors mirrors(ServiceConfig config, RemotePolicy policy, FetchProcesses processes) {
        return new Mirrors(MirrorConfig.in(config.mirrorDirectory()), policy, processes);
    }

    @Bean
    RepositoryRegistry repositoryRegistry(Backplane backplane, StrictJson json) {
        return new RepositoryRegistry(backplane.documents("repositories"), json);
    }

    @Bean
    IndexableRepositories indexableRepositories(RepositoryRegistry registry) {
        return (tenant, name) -> registry.find(tenant, name).isPresent();
    }

    @Bean
    IndexSubmission indexSubmission(JobDoor door) {
        return (caller, request, idempotencyKey) -> {
            JobDoor.Entry entry = door.submit(caller, request, idempotencyKey);
            return new IndexSubmission.Submitted(door.view(entry.job()), entry.isNew());
        };
    }

    @Bean
    HookRegistry hookRegistry(Backplane backplane, StrictJson json) {
        return new HookRegistry(backplane.documents("hooks"), json);
    }

    @Bean
    IndexPlace indexPlace() {
        return new IndexPlace();
    }

    @Bean
    IndexHolding indexHolding(
            IndexPlace place,
            ServiceConfig config,
            Backplane backplane,
            Peers peers,
            VectorizerHolder vectorizer,
            RepositoryRegistry repositories,
            JobJson jobs,
            Workers workers) {
        return new IndexHolding(
                place,
                vectorizer.present().isPresent()
                        ? HolderRecord.of(config.indexDirectory(), config.instance())
                        : HolderRecord.NONE,
                backplane.documents(IndexHolding.COLLECTION),
                peers,
                vectorizer.present(),
                repositories,
                backplane.queue(),
                jobs,
                workers);
    }

    @Bean(destroyMethod = "close")
    HeldIndex codeIndex(IndexHolding holding, Backplane backplane, Peers peers, Mirrors mirrors, RemotePolicy policy) {
        return new HeldIndex(holding, backplane.documents(IndexHolding.COLLECTION), peers, mirrors, policy);
    }

    @Bean
    RepositoryRoutes repositoryRoutes(
            RepositoryRegistry registry,
            RemotePolicy policy,
            CodeIndex index,
            IndexSubmission submission,
            JobJson jobs) {
        return new RepositoryRoutes(registry, policy, index, submission, jobs, InstantSource.system());
    }

    @Bean
    SearchRoutes searchRoutes(RepositoryRegistry registry, CodeIndex index) {
        return new SearchRoutes(registry, index);
    }

    @Bean
    HookRoutes hookRoutes(HookRegistry hooks, RepositoryRegistry repositories) {
        return new HookRoutes(hooks, repositories, InstantSource.system());
    }

    @Bean
    WebhookRoutes webhookRoutes(
            HookRegistry hooks, RepositoryRegistry repositories, IndexSubmission submission, JobJson jobs) {
        return new WebhookRoutes(hooks, repositories, submission, jobs, InstantSource.system());
    }
}
