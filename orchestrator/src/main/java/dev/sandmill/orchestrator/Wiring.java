package dev.sandmill.orchestrator;

import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.cache.CacheSettings;
import dev.sandmill.backplane.queue.QueueObserver;
import dev.sandmill.orchestrator.caches.CacheTuning;
import dev.sandmill.orchestrator.caches.StoredResults;
import dev.sandmill.orchestrator.caches.StoredVectors;
import dev.sandmill.orchestrator.caches.VectorSecret;
import dev.sandmill.orchestrator.config.ServiceConfig;
import dev.sandmill.orchestrator.config.ServiceRole;
import dev.sandmill.orchestrator.index.IndexBounds;
import dev.sandmill.orchestrator.tracing.Tracing;
import dev.sandmill.sandbox.Sandbox;
import dev.sandmill.sandbox.SandboxConfig;
import dev.sandmill.sandbox.session.SessionSettings;
import dev.sandmill.vectorizer.ChunkEmbedder;
import dev.sandmill.vectorizer.EmbeddingBounds;
import dev.sandmill.vectorizer.Vectorizer;
import dev.sandmill.vectorizer.VectorizerConfig;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// The service's parts and how they are joined: the three libraries here, what is built on them in one class for each
/// of the house's sides. Constructors only: reading these shows the whole house.
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({
    FrontDoorWiring.class,
    CacheWiring.class,
    JobWiring.class,
    RepositoryWiring.class,
    SocketWiring.class,
    OperationsWiring.class
})
public class Wiring {
    private static final Duration RESULT_TTL = Duration.ofHours(24);
    private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(2);

    // ---- the three libraries ----

    @Bean(destroyMethod = "close")
    Backplane backplane(ServiceConfig config, QueueObserver observer, Tracing tracing) {
        return Backplane.open(
                new BackplaneConfig(
                        config.redis(),
                        config.queueCapacity(),
                        RESULT_TTL,
                        REDIS_TIMEOUT,
                        CacheSettings.DEFAULT.localMaxBytes(),
                        config.redisCa()),
                tracing.observing(observer));
    }

    @Bean(destroyMethod = "close")
    SandboxHolder sandbox(ServiceConfig config, Backplane backplane, JobJson json, CacheTuning caches) {
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
                new StoredResults(backplane.cache("results"), json, caches::ttl),
                SessionSettings.of(config.instance(), config.sessionsMax(), config.executeSlots()))));
    }

    @Bean(destroyMethod = "close")
    VectorizerHolder vectorizer(ServiceConfig config, Backplane backplane, CacheTuning caches) {
        if (!config.has(ServiceRole.INDEX)) {
            return new VectorizerHolder(Optional.empty());
        }
        return new VectorizerHolder(
                Optional.of(Vectorizer.open(vectorizerConfig(config), vectors(backplane, caches), secret(backplane))));
    }

    /// Of the vectorizer, where there is one.
    @Bean(destroyMethod = "close")
    EmbedderHolder embedder(
            ServiceConfig config, Backplane backplane, CacheTuning caches, VectorizerHolder vectorizer) {
        if (vectorizer.present().isPresent() || !config.has(ServiceRole.EMBED)) {
            return new EmbedderHolder(vectorizer.present().map(Vectorizer::chunkEmbedder), false);
        }
        return new EmbedderHolder(
                Optional.of(
                        ChunkEmbedder.open(vectorizerConfig(config), vectors(backplane, caches), secret(backplane))),
                true);
    }

    private static VectorizerConfig vectorizerConfig(ServiceConfig config) {
        return new VectorizerConfig(
                config.indexDirectory(),
                config.embedder(),
                config.remoteModel(),
                config.pinecone(),
                new EmbeddingBounds(
                        config.embedParallelism(), config.embedBatchSize(), EmbeddingBounds.DEFAULT_BATCH_TOKENS),
                IndexBounds.DEFAULT.maxFileBytes());
    }

    private static StoredVectors vectors(Backplane backplane, CacheTuning caches) {
        return new StoredVectors(backplane.cache("vectors"), caches::ttl);
    }

    private static VectorSecret secret(Backplane backplane) {
        return new VectorSecret(backplane.documents(VectorSecret.COLLECTION));
    }

    // ---- traces ----

    @Bean(destroyMethod = "close")
    Tracing tracing(ServiceConfig config) {
        return Tracing.open(config.telemetry(), config.instance());
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

    /// @param own whether nobody else closes it
    record EmbedderHolder(Optional<ChunkEmbedder> present, boolean own) implements AutoCloseable {
        @Override
        public void close() {
            if (own) {
                present.ifPresent(ChunkEmbedder::close);
            }
        }
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
