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
/// Starts without Docker and looks for it in the background: an engine that lacks something is refused, known holes
/// are told, orphans removed and containers made ahead; later, rebuilt images and lost containers are noticed.
final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final Duration LEASE_PATIENCE = Duration.ofSeconds(30);
    private static final Duration SEARCH_PAUSE = Duration.ofSeconds(1);
    private static final Duration TENDING_PAUSE = Duration.ofSeconds(10);
    private static final Duration USED_IDLE_FOR = Duration.ofMinutes(5);
    private static final int USES_MAX = 1000;
    /// More at a time make each slower and not more of them: starting one is processor time, of runc and containerd.
    private static final int CREATIONS_MAX =
            Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 2, 16);
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
    /// Why it cannot be used yet or any more; empty when it can.
    private volatile String obstacle = "Docker is being looked at";

    private Engine(SandboxConfig config) {
        this.config = config;
        this.docker = new DockerConnection(config.dockerHost());
        this.languages = new Languages(config.images(), config.imageTag(), new DockerImages(docker));
        Ownership owner = Ownership.ofThisProcess(config.instance());
        DockerContainerFactory factory =
                new DockerContainerFactory(docker, owner, config.seccompProfile(), config.runtime(), isHere(config));
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
        this.audit = new EngineAudit(docker, config.dockerHost(), config.runtime());
        this.tending = Thread.ofVirtual().name("sandbox-tending").unstarted(this::tend);
    }

    /// The processes of other runtimes (gVisor, Kata) are none of this host's kernel.
    private static boolean isHere(SandboxConfig config) {
        return "unix".equals(config.dockerHost().getScheme())
                && config.runtime().isEmpty();
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
                    if (!audited) {
                        audit.warnings().forEach(LOG::warn);
                        pool.boundMemory((long) (docker.memoryBytes() * MEMORY_SHARE));
                        audited = true;
                    }
                    int removed = orphans.reap();
                    if (removed > 0) {
                        LOG.info("removed {} containers that nobody used", removed);
                    }
                    pool.keepReady(languages.inDemand().stream()
                            .map(language -> PreparedProgram.containerFor(language, Limits.DEFAULT))
                            .toList());
                    obstacle = "";
                    Thread.sleep(TENDING_PAUSE);
                } catch (ContainerUnavailable | RuntimeException away) {
                    obstacle = String.valueOf(away.getMessage());
                    LOG.warn("waiting for Docker at {}: {}", config.dockerHost(), obstacle);
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

    /// Not available also while Docker answers but lacks something or makes no containers: who asks takes no programs
    /// then.
    SandboxHealth health() {
        SandboxHealth docker = health.now();
        if (!docker.available()) {
            return docker;
        }
        String why = obstacle.isEmpty() ? pool.trouble().orElse("") : obstacle;
        return why.isEmpty() ? docker : new SandboxHealth(false, why);
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
