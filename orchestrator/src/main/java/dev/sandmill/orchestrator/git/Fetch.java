package dev.sandmill.orchestrator.git;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.eclipse.jgit.errors.NoRemoteRepositoryException;
import org.eclipse.jgit.errors.TooLargeObjectInPackException;
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
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/// One fetch of all branches and tags into a mirror. Runs in a process of its own, which is killed with it when nobody
/// waits any more: a remote decides how long it takes and how much memory.
final class Fetch {
    private static final List<RefSpec> BRANCHES_AND_TAGS =
            List.of(new RefSpec("+refs/heads/*:refs/heads/*"), new RefSpec("+refs/tags/*:refs/tags/*"));

    /// What a branch may be called that is told further.
    private static final int MAX_BRANCH_CHARACTERS = 1_000;

    private final FetchRequest request;
    private final RemotePolicy policy;
    private final FetchBudget budget;
    private final ReceivedBytes received;
    private final Repository mirror;
    private final Remote remote;

    Fetch(FetchRequest request, RemotePolicy policy, ReceivedBytes received, Repository mirror) {
        this.request = request;
        this.policy = policy;
        this.budget = new FetchBudget(request.mirror(), request.maxBytes());
        this.received = received;
        this.mirror = mirror;
        this.remote = request.remote();
    }

    /// What a fetch brought.
    ///
    /// @param head the branch that the remote's HEAD names; empty where it names none
    /// @param walked why the folder was walked and hashed instead of asking git; empty where git was asked
    record Fetched(String head, String walked) {}

    Fetched run() throws GitFailure {
        try {
            return fetch();
        } catch (GitFailure told) {
            throw budget.isExceeded() ? failure(told) : told;
        } catch (IOException | URISyntaxException | RuntimeException failed) {
            throw failure(failed);
        }
    }

    private Fetched fetch() throws IOException, URISyntaxException, GitFailure {
        if (remote instanceof Remote.Local(var folder) && !isGitRepository(folder)) {
            return walk(folder, "there is no git repository at " + folder);
        }
        try {
            return new Fetched(fetchByGit(), "");
        } catch (IOException | GitFailure failed) {
            boolean mayWalk = remote instanceof Remote.Local(var folder)
                    && Files.exists(folder.resolve(Constants.DOT_GIT))
                    && !budget.isExceeded();
            if (!mayWalk) {
                throw failed;
            }
            return walk(((Remote.Local) remote).path(), "git can not read " + remote.url() + " (" + said(failed) + ")");
        }
    }

    private Fetched walk(Path folder, String why) throws IOException, GitFailure {
        return new Fetched(
                new DirectorySnapshot(mirror, folder, budget).take(), why + ": its files were walked and hashed");
    }

    private String fetchByGit() throws IOException, URISyntaxException, GitFailure {
        switch (remote) {
            case Remote.Local local -> {
                try (Repository there = Neighbour.open(local.path());
                        Transport transport = Neighbour.transport(mirror, there)) {
                    return fetchBy(transport);
                }
            }
            case Remote.Network network -> {
                policy.requireAllowed(network.host());
                try (Transport transport = Transport.open(mirror, new URIish(network.url()))) {
                    return fetchBy(transport);
                }
            }
        }
    }

    private String fetchBy(Transport transport) throws IOException, GitFailure {
        transport.setTimeout((int) Math.max(1, request.silence().toSeconds()));
        transport.setTagOpt(TagOpt.FETCH_TAGS);
        transport.setRemoveDeletedRefs(true);
        if (transport instanceof TransportHttp http) {
            http.setHttpConnectionFactory(new CheckedConnections(policy, received));
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
            return isBranch(head.getTarget().getName()) ? head.getTarget().getName() : "";
        }
        String guess = "";
        for (Ref ref : result.getAdvertisedRefs()) {
            boolean same = isBranch(ref.getName())
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

    private static boolean isBranch(String ref) {
        return ref.startsWith(Constants.R_HEADS)
                && ref.length() <= MAX_BRANCH_CHARACTERS
                && Repository.isValidRefName(ref);
    }

    private GitFailure failure(Throwable cause) {
        if (budget.isExceeded()) {
            return new GitFailure(
                    "the repository is larger than the " + request.maxBytes() + " bytes that a mirror may have", false);
        }
        for (Throwable why = cause; why != null; why = why.getCause()) {
            if (why instanceof RefusedRemote refused) {
                return new GitFailure("the url " + refused.getMessage(), false, refused);
            }
            if (why instanceof FetchBounds.Exceeded || why instanceof TooLargeObjectInPackException) {
                return new GitFailure(
                        "git does not take what " + remote.url() + " sends: "
                                + Redaction.of(String.valueOf(why.getMessage())),
                        false,
                        cause);
            }
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
}
