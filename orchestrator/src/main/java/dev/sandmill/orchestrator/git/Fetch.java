package dev.sandmill.orchestrator.git;

import dev.sandmill.api.text.Spelled;
import java.io.IOException;
import java.net.Proxy;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.RepositoryCache;
import org.eclipse.jgit.transport.FetchResult;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.transport.http.HttpConnection;
import org.eclipse.jgit.transport.http.HttpConnectionFactory;
import org.eclipse.jgit.transport.http.JDKHttpConnectionFactory;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One fetch of all branches and tags into a mirror, on a thread of its own, so that a deadline or an interrupt ends it
/// whatever it waits for.
final class Fetch {
    private static final Logger log = LoggerFactory.getLogger(Fetch.class);
    private static final List<RefSpec> BRANCHES_AND_TAGS =
            List.of(new RefSpec("+refs/heads/*:refs/heads/*"), new RefSpec("+refs/tags/*:refs/tags/*"));

    private final MirrorConfig config;
    private final RemotePolicy policy;
    private final Repository mirror;
    private final Remote remote;

    Fetch(MirrorConfig config, RemotePolicy policy, Repository mirror, Remote remote) {
        this.config = config;
        this.policy = policy;
        this.mirror = mirror;
        this.remote = remote;
    }

    /// What a fetch brought.
    ///
    /// @param head the branch that the remote's HEAD names; empty where it names none
    /// @param walked why the folder was walked and hashed instead of asking git; empty where git was asked
    record Fetched(String head, String walked) {}

    /// @param whenOver runs when nothing of this fetch runs any more, which may be after the return
    Fetched run(Runnable whenOver) throws GitFailure, InterruptedException {
        FetchBudget budget = new FetchBudget(mirror.getDirectory().toPath(), config.maxBytes());
        FutureTask<Fetched> task = new FutureTask<>(() -> fetch(budget));
        Thread thread = Thread.ofVirtual().name("fetch").unstarted(() -> {
            try {
                task.run();
            } finally {
                whenOver.run();
            }
        });
        thread.start();
        try {
            return task.get(config.deadline().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException slow) {
            stop(budget, thread);
            throw new GitFailure("the remote took longer than " + Spelled.time(config.deadline()), true);
        } catch (InterruptedException cancelled) {
            stop(budget, thread);
            throw cancelled;
        } catch (ExecutionException failed) {
            throw failure(failed.getCause() == null ? failed : failed.getCause(), budget);
        }
    }

    private static void stop(FetchBudget budget, Thread thread) {
        budget.cancel();
        thread.interrupt();
    }

    private Fetched fetch(FetchBudget budget) throws IOException, URISyntaxException, GitFailure {
        if (remote instanceof Remote.Local(var folder) && !isGitRepository(folder)) {
            return walk(folder, budget, "there is no git repository at " + folder);
        }
        try {
            return new Fetched(fetchByGit(budget), "");
        } catch (IOException | GitFailure failed) {
            boolean mayWalk = remote instanceof Remote.Local(var folder)
                    && Files.exists(folder.resolve(Constants.DOT_GIT))
                    && !budget.isExceeded()
                    && !budget.isCancelled();
            if (!mayWalk) {
                throw failed;
            }
            log.warn("git can not read {}; the folder is walked instead", remote.url(), failed);
            return walk(
                    ((Remote.Local) remote).path(),
                    budget,
                    "git can not read " + remote.url() + " (" + said(failed) + ")");
        }
    }

    private Fetched walk(Path folder, FetchBudget budget, String why) throws IOException, GitFailure {
        return new Fetched(
                new DirectorySnapshot(mirror, folder, budget).take(), why + ": its files were walked and hashed");
    }

    private String fetchByGit(FetchBudget budget) throws IOException, URISyntaxException, GitFailure {
        switch (remote) {
            case Remote.Local local -> {
                try (Repository there = Neighbour.open(local.path());
                        Transport transport = Neighbour.transport(mirror, there)) {
                    return fetchBy(transport, budget);
                }
            }
            case Remote.Network network -> {
                policy.requireAllowed(network.host());
                try (Transport transport = Transport.open(mirror, new URIish(network.url()))) {
                    return fetchBy(transport, budget);
                }
            }
        }
    }

    private String fetchBy(Transport transport, FetchBudget budget) throws IOException, GitFailure {
        transport.setTimeout((int) Math.max(1, config.silence().toSeconds()));
        transport.setTagOpt(TagOpt.FETCH_TAGS);
        transport.setRemoveDeletedRefs(true);
        if (transport instanceof TransportHttp http) {
            http.setHttpConnectionFactory(new CheckedConnections(policy));
        }
        FetchResult result = transport.fetch(budget, BRANCHES_AND_TAGS);
        budget.requireWithin();
        return head(result);
    }

    private static boolean isGitRepository(Path folder) {
        return RepositoryCache.FileKey.resolve(folder.toFile(), FS.DETECTED) != null
                || Files.exists(folder.resolve(Constants.DOT_GIT));
    }

    private String head(FetchResult result) throws IOException {
        Ref advertised = result.getAdvertisedRef(Constants.HEAD);
        String branch = branch(advertised, result);
        if (branch.isEmpty()) {
            return "";
        }
        RefUpdate link = mirror.updateRef(Constants.HEAD);
        link.disableRefLog();
        link.link(branch);
        return branch.substring(Constants.R_HEADS.length());
    }

    /// Servers that do not say which branch HEAD is leave it to be guessed from the commit.
    private static String branch(@Nullable Ref head, FetchResult result) {
        if (head == null) {
            return "";
        }
        if (head.isSymbolic()) {
            String target = head.getTarget().getName();
            return target.startsWith(Constants.R_HEADS) ? target : "";
        }
        String guess = "";
        for (Ref ref : result.getAdvertisedRefs()) {
            boolean same = ref.getName().startsWith(Constants.R_HEADS)
                    && ref.getObjectId() != null
                    && ref.getObjectId().equals(head.getObjectId());
            boolean usual =
                    ref.getName().equals("refs/heads/main") || ref.getName().equals("refs/heads/master");
            if (same && (usual || guess.isEmpty())) {
                guess = ref.getName();
            }
        }
        return guess;
    }

    private GitFailure failure(Throwable cause, FetchBudget budget) {
        if (budget.isExceeded()) {
            return new GitFailure(
                    "the repository is larger than the " + config.maxBytes() + " bytes that a mirror may have", false);
        }
        if (cause instanceof GitFailure told) {
            return told;
        }
        if (cause instanceof RefusedRemote refused) {
            return new GitFailure("the url " + refused.getMessage(), false, refused);
        }
        if (cause instanceof NoRemoteRepositoryException || isNoRepository(cause)) {
            return new GitFailure("there is no git repository at " + remote.url(), false, cause);
        }
        boolean foreign = cause instanceof TransportException || cause instanceof IOException;
        return new GitFailure("git can not read " + remote.url() + ": " + said(cause), foreign, cause);
    }

    private static String said(Throwable cause) {
        return Redaction.of(Neighbour.withoutItsHandle(String.valueOf(cause.getMessage())));
    }

    private static boolean isNoRepository(Throwable cause) {
        return cause instanceof org.eclipse.jgit.errors.NotSupportedException
                || cause instanceof org.eclipse.jgit.errors.RepositoryNotFoundException
                || cause.getCause() instanceof org.eclipse.jgit.errors.RepositoryNotFoundException;
    }

    /// Connections to allowed hosts only, whatever a server redirects to.
    private record CheckedConnections(RemotePolicy policy) implements HttpConnectionFactory {
        @Override
        public HttpConnection create(URL url) throws IOException {
            policy.requireAllowed(url.getHost());
            return new JDKHttpConnectionFactory().create(url);
        }

        @Override
        public HttpConnection create(URL url, Proxy proxy) throws IOException {
            policy.requireAllowed(url.getHost());
            return new JDKHttpConnectionFactory().create(url, proxy);
        }
    }
}
