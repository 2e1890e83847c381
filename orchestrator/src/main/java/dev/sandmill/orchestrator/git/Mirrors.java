package dev.sandmill.orchestrator.git;

import dev.sandmill.api.BreakerState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.eclipse.jgit.lib.ConfigConstants;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.jspecify.annotations.Nullable;

/// The bare mirrors of this process, one folder for each repository of a tenant. Thread-safe; two calls for one mirror
/// wait for each other.
public final class Mirrors {
    private static final String UNFINISHED = ".unfinished-";
    private static final Duration HOST_PAUSE = Duration.ofSeconds(10);

    private final MirrorConfig config;
    private final RemotePolicy policy;
    private final FetchProcesses processes;
    private final HostBreakers hosts = new HostBreakers(HOST_PAUSE);
    private final Map<String, Semaphore> locks = new ConcurrentHashMap<>();

    public Mirrors(MirrorConfig config, RemotePolicy policy, FetchProcesses processes) {
        this.config = config;
        this.policy = policy;
        this.processes = processes;
    }

    /// Fetches all branches and tags and opens the mirror as it is then. A remote that is no git repository is a
    /// [GitFailure]; an interrupt ends the fetch.
    public Mirror fetch(String tenant, String name, Remote remote) throws GitFailure, InterruptedException {
        return hosts.guarded(remote, () -> fetched(id(tenant, name, remote), remote));
    }

    /// The breakers of all hosts, as one.
    public BreakerState breaker() {
        return hosts.state();
    }

    private Mirror fetched(String id, Remote remote) throws GitFailure, InterruptedException {
        Semaphore lock = lock(id);
        lock.acquire();
        boolean released = false;
        try {
            MirrorFolder folder = new MirrorFolder(created(id));
            folder.removeUnfinished();
            FetchRequest request = new FetchRequest(
                    folder.folder(), remote, policy.allowedHosts(), config.silence(), config.maxBytes());
            released = true;
            Fetch.Fetched fetched = processes.fetch(request, config.deadline(), lock::release);
            requireFits(id, folder);
            return new Mirror(open(folder.folder()), fetched);
        } catch (IOException broken) {
            throw new GitFailure("the mirror on this host can not be used: " + broken.getMessage(), true, broken);
        } finally {
            if (!released) {
                lock.release();
            }
        }
    }

    /// A mirror is read by the service, with the service's memory. One that grew too large over many fetches is fetched
    /// anew by the next one.
    private void requireFits(String id, MirrorFolder folder) throws IOException, GitFailure, InterruptedException {
        FetchBounds bounds = processes.bounds();
        if (folder.fits(bounds)) {
            return;
        }
        discard(id);
        throw new GitFailure(
                "the repository has more than " + bounds.maxObjects() + " objects or more than " + bounds.maxTalkBytes()
                        + " bytes of refs, which is what this service can read",
                false);
    }

    /// Opens the mirror as it was fetched last, or fetches it now where it lacks the commit; for reading its contents.
    public Mirror withCommit(String tenant, String name, Remote remote, String commit)
            throws GitFailure, InterruptedException {
        String id = id(tenant, name, remote);
        Semaphore lock = lock(id);
        lock.acquire();
        try {
            Mirror mirror = new Mirror(open(created(id)), new Fetch.Fetched("", ""));
            if (mirror.commit(commit).isPresent()) {
                return mirror;
            }
            mirror.close();
        } catch (IOException broken) {
            throw new GitFailure("the mirror on this host can not be used: " + broken.getMessage(), true, broken);
        } finally {
            lock.release();
        }
        return fetch(tenant, name, remote);
    }

    /// Deletes a repository's mirror; nothing happens where there is none.
    public void delete(String tenant, String name, Remote remote) throws IOException, InterruptedException {
        discard(id(tenant, name, remote));
    }

    private void discard(String id) throws IOException, InterruptedException {
        Semaphore lock = lock(id);
        lock.acquire();
        try {
            Path gone = config.directory().resolve(UNFINISHED + UUID.randomUUID());
            Files.move(config.directory().resolve(id), gone, StandardCopyOption.ATOMIC_MOVE);
            deleteTree(gone);
        } catch (NoSuchFileException neverFetched) {
            // Nothing to delete.
            return;
        } finally {
            lock.release();
        }
    }

    private Semaphore lock(String id) {
        return locks.computeIfAbsent(id, unused -> new Semaphore(1));
    }

    private Path created(String id) throws IOException {
        Path folder = config.directory().resolve(id).toAbsolutePath();
        if (!Files.isDirectory(folder)) {
            create(folder);
        }
        return folder;
    }

    private static Repository open(Path folder) throws IOException {
        return new FileRepositoryBuilder()
                .setGitDir(folder.toFile())
                .setBare()
                .setMustExist(true)
                .build();
    }

    /// A mirror appears under its name only when it is whole.
    private void create(Path folder) throws IOException {
        Files.createDirectories(config.directory());
        Path unfinished = config.directory().resolve(UNFINISHED + UUID.randomUUID());
        try (Repository repository = new FileRepositoryBuilder()
                .setGitDir(unfinished.toFile())
                .setBare()
                .build()) {
            repository.create(true);
            StoredConfig settings = repository.getConfig();
            settings.setString("http", null, "followRedirects", "false");
            settings.setBoolean(ConfigConstants.CONFIG_CORE_SECTION, null, "logAllRefUpdates", false);
            settings.setString(ConfigConstants.CONFIG_CORE_SECTION, null, "hooksPath", "/dev/null");
            settings.setBoolean("gc", null, "autoDetach", false);
            settings.save();
            deleteTree(unfinished.resolve(Constants.HOOKS));
        }
        Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
    }

    private static String id(String tenant, String name, Remote remote) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\0", tenant, name, remote.url()).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 20);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }

    private static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failed) throws IOException {
                if (failed != null) {
                    throw failed;
                }
                Files.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
