package dev.sandmill.sandbox;

import dev.sandmill.api.text.Spelled;
import dev.sandmill.sandbox.container.docker.DockerConnection;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Whether Docker answers: asked at most once a second, waited for at most a second.
final class DockerHealth implements AutoCloseable {
    private static final Duration FRESHNESS = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private record Answer(SandboxHealth health, long atNanos) {
        boolean isFresh() {
            return System.nanoTime() - atNanos < FRESHNESS.toNanos();
        }
    }

    private final DockerConnection docker;
    private final ExecutorService probes = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Answer last =
            new Answer(new SandboxHealth(false, "not asked yet"), System.nanoTime() - FRESHNESS.toNanos());

    DockerHealth(DockerConnection docker) {
        this.docker = docker;
    }

    SandboxHealth now() {
        Answer answer = last;
        if (!answer.isFresh()) {
            answer = new Answer(probe(), System.nanoTime());
            last = answer;
        }
        return answer.health();
    }

    private SandboxHealth probe() {
        Future<?> ping = probes.submit(docker::ping);
        try {
            ping.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return new SandboxHealth(true, "Docker answers");
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause() == null ? failed : failed.getCause();
            return new SandboxHealth(false, "Docker does not answer: " + cause.getMessage());
        } catch (TimeoutException slow) {
            ping.cancel(true);
            return new SandboxHealth(false, "Docker has not answered within " + Spelled.time(PATIENCE));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return new SandboxHealth(false, "interrupted while asking Docker");
        }
    }

    @Override
    public void close() {
        probes.shutdownNow();
    }
}
