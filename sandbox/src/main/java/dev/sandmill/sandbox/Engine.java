package dev.sandmill.sandbox;

import dev.sandmill.api.Limits;
import dev.sandmill.sandbox.container.ContainerPool;
import dev.sandmill.sandbox.container.ContainerUnavailable;
import dev.sandmill.sandbox.container.PoolSettings;
import dev.sandmill.sandbox.container.docker.DockerConnection;
import dev.sandmill.sandbox.container.docker.DockerContainerFactory;
import dev.sandmill.sandbox.container.docker.DockerImages;
import dev.sandmill.sandbox.container.docker.EngineAudit;
import dev.sandmill.sandbox.container.docker.OrphanReaper;
import dev.sandmill.sandbox.container.docker.Ownership;
import dev.sandmill.sandbox.run.InstalledLanguage;
import dev.sandmill.sandbox.run.Languages;
import dev.sandmill.sandbox.run.PreparedProgram;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What stands behind the pipeline: Docker, the pool of containers, the languages, and whether all of it is there.
/// Starts without Docker and looks for it in the background: orphans are removed, known holes of the engine told, and
/// containers made ahead; later, rebuilt images and lost containers are noticed.
final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration LEASE_PATIENCE = Duration.ofSeconds(30);
    private static final Duration SEARCH_PAUSE = Duration.ofSeconds(1);
    private static final Duration TENDING_PAUSE = Duration.ofSeconds(10);
    private static final Duration USED_IDLE_FOR = Duration.ofMinutes(5);
    private static final int USES_MAX = 1000;
    /// More at a time make each slower and none more: Docker's own work for a container is serial for the most part.
    private static final int CREATIONS_MAX = 4;
    /// Of the Docker host's memory, for all containers together; the rest is the host's, Redis's and ours.
    private static final double MEMORY_SHARE = 0.75;

    private final SandboxConfig config;
    private final DockerConnection docker;
    private final ContainerPool pool;
    private final Languages languages;
    private final DockerHealth health;
    private final OrphanReaper orphans;
    private final EngineAudit audit;
    private final Thread tending;

    private Engine(SandboxConfig config) {
        this.config = config;
        this.docker = new DockerConnection(config.dockerHost());
        this.languages = new Languages(config.images(), config.imageTag(), new DockerImages(docker));
        Ownership owner = Ownership.ofThisProcess(config.instance());
        DockerContainerFactory factory =
                new DockerContainerFactory(docker, owner, config.seccompProfile(), config.runtime());
        this.pool = new ContainerPool(
                factory,
                new PoolSettings(
                        config.slots(),
                        config.poolSize(),
                        config.slots() + config.poolSize(),
                        USES_MAX,
                        CREATIONS_MAX,
                        LEASE_PATIENCE,
                        USED_IDLE_FOR));
        this.health = new DockerHealth(docker);
        this.orphans = new OrphanReaper(docker, owner, factory::isInUse);
        this.audit = new EngineAudit(docker);
        this.tending = Thread.ofVirtual().name("sandbox-tending").unstarted(this::tend);
    }

    static Engine start(SandboxConfig config) {
        Engine engine = new Engine(config);
        engine.tending.start();
        return engine;
    }

    private void tend() {
        boolean audited = false;
        try {
            while (true) {
                try {
                    int removed = orphans.reap();
                    if (removed > 0) {
                        LOG.info("removed {} containers that nobody used", removed);
                    }
                    if (!audited) {
                        audit.warnings().forEach(LOG::warn);
                        pool.boundMemory((long) (docker.memoryBytes() * MEMORY_SHARE));
                        audited = true;
                    }
                    pool.keepReady(languages.inDemand().stream()
                            .map(language -> PreparedProgram.containerFor(language, Limits.DEFAULT))
                            .toList());
                    Thread.sleep(TENDING_PAUSE);
                } catch (ContainerUnavailable | RuntimeException away) {
                    LOG.warn("waiting for Docker at {}: {}", config.dockerHost(), away.getMessage());
                    Thread.sleep(SEARCH_PAUSE);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    Languages languages() {
        return languages;
    }

    ContainerPool pool() {
        return pool;
    }

    List<InstalledLanguage> installedLanguages() {
        try {
            return languages.all();
        } catch (ContainerUnavailable away) {
            LOG.warn("which languages are there is not known: {}", away.getMessage());
            return List.of();
        }
    }

    /// Not available also while Docker answers but makes no containers: who asks takes no programs then.
    SandboxHealth health() {
        SandboxHealth docker = health.now();
        return docker.available()
                ? pool.trouble().map(why -> new SandboxHealth(false, why)).orElse(docker)
                : docker;
    }

    @Override
    public void close() {
        tending.interrupt();
        pool.close();
        try {
            orphans.reapAll();
        } catch (RuntimeException away) {
            LOG.warn("containers may be left for the next start: {}", away.getMessage());
        }
        health.close();
        docker.close();
    }
}
