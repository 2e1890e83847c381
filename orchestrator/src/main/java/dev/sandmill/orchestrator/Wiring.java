package dev.sandmill.orchestrator;

import dev.sandmill.api.JobKind;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.cache.ByteCache;
import dev.sandmill.orchestrator.caches.StoredResults;
import dev.sandmill.orchestrator.caches.StoredVectors;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.config.ServiceRole;
import dev.sandmill.orchestrator.console.ConsoleRoutes;
import dev.sandmill.orchestrator.execute.ExecuteJobHandler;
import dev.sandmill.orchestrator.execute.SupportedPrograms;
import dev.sandmill.orchestrator.git.MirrorConfig;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.orchestrator.git.RemotePolicy;
import dev.sandmill.orchestrator.health.Dependencies;
import dev.sandmill.orchestrator.health.HealthRoutes;
import dev.sandmill.orchestrator.http.BatchRoutes;
import dev.sandmill.orchestrator.http.BodyFilter;
import dev.sandmill.orchestrator.http.CacheRoutes;
import dev.sandmill.orchestrator.http.ErrorMapping;
import dev.sandmill.orchestrator.http.EventRoutes;
import dev.sandmill.orchestrator.http.ExecuteRoutes;
import dev.sandmill.orchestrator.http.IndexableRepositories;
import dev.sandmill.orchestrator.http.JobRoutes;
import dev.sandmill.orchestrator.http.OpenApiRoute;
import dev.sandmill.orchestrator.http.RequestFilter;
import dev.sandmill.orchestrator.http.StatusRoutes;
import dev.sandmill.orchestrator.index.IndexBounds;
import dev.sandmill.orchestrator.index.IndexJobHandler;
import dev.sandmill.orchestrator.index.IndexRun;
import dev.sandmill.orchestrator.jobs.JobDoor;
import dev.sandmill.orchestrator.jobs.Workers;
import dev.sandmill.orchestrator.metrics.ExecuteMetrics;
import dev.sandmill.orchestrator.metrics.ServiceMetrics;
import dev.sandmill.orchestrator.repository.IndexSubmission;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.repository.RepositoryRoutes;
import dev.sandmill.orchestrator.repository.SearchRoutes;
import dev.sandmill.orchestrator.security.AdminKey;
import dev.sandmill.orchestrator.security.BearerFilter;
import dev.sandmill.orchestrator.security.CallerArgument;
import dev.sandmill.orchestrator.security.KeyRegistry;
import dev.sandmill.orchestrator.security.KeyRoutes;
import dev.sandmill.orchestrator.webhook.HookRegistry;
import dev.sandmill.orchestrator.webhook.HookRoutes;
import dev.sandmill.orchestrator.webhook.WebhookRoutes;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.SandboxConfig;
import dev.sandmill.vectorizer.Vectorizer;
import dev.sandmill.vectorizer.VectorizerConfig;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.UrlBasedCorsConfigurationSource;
import org.springframework.web.filter.CorsFilter;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/// Every part of the service and how they are joined. Constructors only: reading this once shows the whole house.
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class Wiring {
    private static final Duration RESULT_TTL = Duration.ofHours(24);
    private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(2);
    private static final long LOCAL_CACHE_BYTES = 64L << 20;
    private static final int INDEX_SLOTS = 2;

    // ---- the three libraries ----

    @Bean(destroyMethod = "close")
    Backplane backplane(ServiceConfig config) {
        return Backplane.open(new BackplaneConfig(
                config.redis(), config.queueCapacity(), RESULT_TTL, REDIS_TIMEOUT, LOCAL_CACHE_BYTES));
    }

    @Bean(destroyMethod = "close")
    SandboxHolder sandbox(ServiceConfig config, Backplane backplane, JobJson json) {
        if (!config.has(ServiceRole.EXECUTE)) {
            return new SandboxHolder(Optional.empty());
        }
        return new SandboxHolder(Optional.of(Sandbox.open(
                new SandboxConfig(
                        config.instance(),
                        config.dockerHost(),
                        config.images(),
                        config.imageTag(),
                        config.seccompProfile(),
                        config.executeSlots(),
                        config.poolSize(),
                        config.sandboxRuntime()),
                new StoredResults(backplane.cache("results"), json, config.cacheTtl()))));
    }

    @Bean(destroyMethod = "close")
    VectorizerHolder vectorizer(ServiceConfig config, Backplane backplane) {
        if (!config.has(ServiceRole.INDEX)) {
            return new VectorizerHolder(Optional.empty());
        }
        return new VectorizerHolder(Optional.of(Vectorizer.open(
                new VectorizerConfig(
                        config.indexDirectory(),
                        config.embedder(),
                        config.embedParallelism(),
                        config.embedBatchSize(),
                        IndexBounds.DEFAULT.maxFileBytes()),
                new StoredVectors(backplane.cache("vectors"), config.cacheTtl()))));
    }

    // ---- contract ----

    @Bean
    JobJson jobJson(ServiceConfig config) {
        return new JobJson(config.defaultLimits(), config.limitCeiling());
    }

    @Bean
    StrictJson strictJson() {
        return new StrictJson();
    }

    // ---- jobs ----

    @Bean
    JobDoor jobDoor(Backplane backplane, JobJson json, SandboxHolder sandbox) {
        return new JobDoor(backplane.queue(), json, new SupportedPrograms(sandbox.present()));
    }

    @Bean
    ExecuteMetrics executeMetrics(MeterRegistry registry) {
        return new ExecuteMetrics(registry);
    }

    @Bean
    Workers workers(
            ServiceConfig config,
            Backplane backplane,
            JobJson json,
            StrictJson events,
            SandboxHolder sandbox,
            VectorizerHolder vectorizer,
            RepositoryRegistry repositories,
            RemotePolicy remotes,
            Mirrors mirrors,
            ExecuteMetrics metrics) {
        List<Workers.Duty> duties = new ArrayList<>();
        sandbox.present()
                .ifPresent(present -> duties.add(new Workers.Duty(
                        JobKind.EXECUTE,
                        config.executeSlots(),
                        new ExecuteJobHandler(present, json, events, metrics))));
        vectorizer
                .present()
                .ifPresent(present -> duties.add(new Workers.Duty(
                        JobKind.INDEX,
                        INDEX_SLOTS,
                        new IndexJobHandler(
                                new IndexRun(repositories, remotes, mirrors, present, IndexBounds.DEFAULT),
                                json,
                                events))));
        String process =
                config.instance() + "-" + ManagementFactory.getRuntimeMXBean().getName();
        return new Workers(backplane.queue(), json, process, duties);
    }

    // ---- repositories ----

    @Bean
    RemotePolicy remotePolicy(ServiceConfig config) {
        return new RemotePolicy(Set.of(RemotePolicy.ANY_PUBLIC_HOST), List.of(), config.home());
    }

    @Bean
    Mirrors mirrors(ServiceConfig config, RemotePolicy policy) {
        return new Mirrors(MirrorConfig.in(config.mirrorDirectory()), policy);
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

    // ---- health and metrics ----

    @Bean
    Dependencies dependencies(
            Backplane backplane, SandboxHolder sandbox, VectorizerHolder vectorizer, Workers workers) {
        return new Dependencies(backplane, sandbox.present(), vectorizer.present(), workers);
    }

    @Bean
    HealthRoutes healthRoutes(Dependencies dependencies) {
        return new HealthRoutes(dependencies);
    }

    @Bean
    ServiceMetrics serviceMetrics(
            Dependencies dependencies, Workers workers, SandboxHolder sandbox, Map<String, ByteCache> caches) {
        return new ServiceMetrics(dependencies, workers, sandbox.present(), caches);
    }

    @Bean
    Map<String, ByteCache> caches(Backplane backplane) {
        return Map.of("results", backplane.cache("results"), "vectors", backplane.cache("vectors"));
    }

    // ---- the front door ----

    @Bean
    KeyRegistry keyRegistry(ServiceConfig config, Backplane backplane, StrictJson json) throws IOException {
        return new KeyRegistry(AdminKey.readOrCreate(config.adminKeyFile()), backplane.documents("keys"), json);
    }

    @Bean
    RequestFilter requestFilter(HandlerExceptionResolver handlerExceptionResolver) {
        return new RequestFilter(handlerExceptionResolver);
    }

    @Bean
    FilterRegistrationBean<RequestFilter> requestFilterOrder(RequestFilter filter) {
        return ordered(new FilterRegistrationBean<>(filter), 0);
    }

    @Bean
    FilterRegistrationBean<CorsFilter> corsFilter(ServiceConfig config) {
        UrlBasedCorsConfigurationSource source = new UrlBasedCorsConfigurationSource();
        config.corsOrigin().ifPresent(origin -> {
            CorsConfiguration cors = new CorsConfiguration();
            cors.addAllowedOrigin(origin);
            cors.setAllowedMethods(List.of("GET", "POST", "PUT", "PATCH", "DELETE"));
            cors.setAllowedHeaders(
                    List.of("Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID", "X-Request-Id"));
            cors.setExposedHeaders(List.of("X-Request-Id", "X-Job-Id", "Retry-After"));
            cors.setMaxAge(Duration.ofHours(1));
            source.registerCorsConfiguration("/**", cors);
        });
        return ordered(new FilterRegistrationBean<>(new CorsFilter(source)), 1);
    }

    @Bean
    FilterRegistrationBean<BearerFilter> bearerFilter(
            KeyRegistry keys, HandlerExceptionResolver handlerExceptionResolver) {
        return ordered(new FilterRegistrationBean<>(new BearerFilter(keys, handlerExceptionResolver)), 2);
    }

    @Bean
    FilterRegistrationBean<BodyFilter> bodyFilter(HandlerExceptionResolver handlerExceptionResolver) {
        return ordered(new FilterRegistrationBean<>(new BodyFilter(handlerExceptionResolver)), 3);
    }

    private static <F extends jakarta.servlet.Filter> FilterRegistrationBean<F> ordered(
            FilterRegistrationBean<F> registration, int place) {
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE + place);
        return registration;
    }

    @Bean
    WebMvcConfigurer routeArguments() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new CallerArgument());
            }
        };
    }

    @Bean
    ErrorMapping errorMapping() {
        return new ErrorMapping();
    }

    // ---- routes ----

    @Bean
    KeyRoutes keyRoutes(KeyRegistry keys, StrictJson json) {
        return new KeyRoutes(keys, json);
    }

    @Bean
    JobRoutes jobRoutes(JobDoor door, Backplane backplane, JobJson json, IndexableRepositories repositories) {
        return new JobRoutes(door, backplane.queue(), json, repositories);
    }

    @Bean
    BatchRoutes batchRoutes(JobDoor door, JobJson json, StrictJson answers, IndexableRepositories repositories) {
        return new BatchRoutes(door, json, answers, repositories);
    }

    @Bean
    ExecuteRoutes executeRoutes(JobDoor door, Backplane backplane, JobJson json, SandboxHolder sandbox) {
        return new ExecuteRoutes(door, backplane.queue(), json, sandbox.present());
    }

    @Bean
    EventRoutes eventRoutes(Backplane backplane, Dependencies dependencies) {
        return new EventRoutes(backplane.events(), backplane.queue(), dependencies::isStopping);
    }

    @Bean
    CacheRoutes cacheRoutes(Map<String, ByteCache> caches) {
        return new CacheRoutes(caches);
    }

    @Bean
    StatusRoutes statusRoutes(
            ServiceConfig config, Dependencies dependencies, RequestFilter requests, SandboxHolder sandbox) {
        return new StatusRoutes(config, dependencies, requests, sandbox.present());
    }

    @Bean
    RepositoryRoutes repositoryRoutes(
            RepositoryRegistry registry,
            RemotePolicy policy,
            Mirrors mirrors,
            VectorizerHolder vectorizer,
            IndexSubmission submission,
            JobJson jobs) {
        return new RepositoryRoutes(
                registry, policy, mirrors, vectorizer.present(), submission, jobs, InstantSource.system());
    }

    @Bean
    SearchRoutes searchRoutes(RepositoryRegistry registry, VectorizerHolder vectorizer) {
        return new SearchRoutes(registry, vectorizer.present());
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

    @Bean
    OpenApiRoute openApiRoute() {
        return new OpenApiRoute();
    }

    @Bean
    ConsoleRoutes consoleRoutes() {
        return new ConsoleRoutes();
    }

    record VectorizerHolder(Optional<Vectorizer> present) implements AutoCloseable {
        @Override
        public void close() {
            present.ifPresent(Vectorizer::close);
        }
    }

    /// A part that only some roles have. Spring has no beans of `Optional`.
    record SandboxHolder(Optional<Sandbox> present) implements AutoCloseable {
        @Override
        public void close() {
            present.ifPresent(Sandbox::close);
        }
    }
}
