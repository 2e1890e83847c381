package dev.sandmill.orchestrator.holder;

import dev.sandmill.api.SearchAnswer;
import dev.sandmill.api.SearchHit;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.api.json.SearchJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.calls.Calls;
import dev.sandmill.backplane.documents.Documents;
import dev.sandmill.orchestrator.git.Mirrors;
import dev.sandmill.orchestrator.git.RefusedRemote;
import dev.sandmill.orchestrator.git.RemotePolicy;
import dev.sandmill.orchestrator.peer.PeerAnswer;
import dev.sandmill.orchestrator.peer.Peers;
import dev.sandmill.orchestrator.problem.ApiProblem;
import dev.sandmill.orchestrator.repository.CodeIndex;
import dev.sandmill.orchestrator.repository.Repository;
import dev.sandmill.vectorizer.SearchUnavailable;
import dev.sandmill.vectorizer.Vectorizer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The index where this process holds it, else asked at the one that does. Thread-safe.
public final class HeldIndex implements CodeIndex, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HeldIndex.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final IndexHolding holding;
    private final Documents documents;
    private final Peers peers;
    private final Mirrors mirrors;
    private final RemotePolicy policy;
    private final SearchJson json = new SearchJson();
    private final StrictJson records = new StrictJson();
    private final Optional<Calls.Serving> serving;

    public HeldIndex(IndexHolding holding, Documents documents, Peers peers, Mirrors mirrors, RemotePolicy policy) {
        this.holding = holding;
        this.documents = documents;
        this.peers = peers;
        this.mirrors = mirrors;
        this.policy = policy;
        this.serving = holding.own().map(_ -> peers.serve(holding.ownName(), Question.class, this::answered));
    }

    enum Action {
        SEARCH,
        DROP
    }

    /// @param repository empty in a search
    /// @param url of the repository
    record Question(Action action, String tenant, String repository, String url, boolean anyLocalPath) {}

    @Override
    public List<SearchHit> search(String tenant, SearchQuery query) throws InterruptedException {
        Optional<Vectorizer> here = holding.here();
        if (here.isPresent()) {
            return search(here.get(), tenant, query);
        }
        Question question = new Question(Action.SEARCH, tenant, "", "", false);
        byte[] body = json.writeQuery(query).getBytes(StandardCharsets.UTF_8);
        return json.readAnswer(asked(question, body).text()).hits();
    }

    @Override
    public void drop(Repository repository) throws InterruptedException {
        Question question = new Question(
                Action.DROP, repository.tenant(), repository.name(), repository.url(), repository.anyLocalPath());
        Optional<Vectorizer> here = holding.here();
        if (here.isPresent()) {
            drop(here.get(), question);
        } else {
            asked(question, new byte[0]);
        }
    }

    private PeerAnswer asked(Question question, byte[] body) throws InterruptedException {
        ApiProblem nobody = ApiProblem.unavailable(
                "no process holds the search index; start one with the role index, or wait until another takes over",
                IndexHolding.PATIENCE);
        HolderRecord holder = documents
                .get(IndexHolding.KEY)
                .map(text -> records.read(text.getBytes(StandardCharsets.UTF_8), HolderRecord.class))
                .orElseThrow(() -> nobody);
        return peers.ask(IndexHolding.nameOf(holder), question, body, PATIENCE, nobody);
    }

    private PeerAnswer answered(Question head, byte[] body) throws InterruptedException {
        Vectorizer index = holding.here()
                .orElseThrow(() -> ApiProblem.unavailable(
                        "the search index has just moved to another process; try again", RETRY_AFTER));
        return switch (head.action()) {
            case SEARCH -> {
                List<SearchHit> hits = search(index, head.tenant(), json.readQuery(body));
                yield PeerAnswer.json(json.writeAnswer(new SearchAnswer(hits, 0)));
            }
            case DROP -> {
                drop(index, head);
                yield PeerAnswer.NO_CONTENT;
            }
        };
    }

    private static List<SearchHit> search(Vectorizer vectorizer, String tenant, SearchQuery query) {
        try {
            return vectorizer.search(tenant, query).hits();
        } catch (SearchUnavailable later) {
            throw ApiProblem.unavailable(String.valueOf(later.getMessage()), RETRY_AFTER);
        }
    }

    private void drop(Vectorizer vectorizer, Question question) throws InterruptedException {
        vectorizer.drop(question.tenant(), question.repository());
        try {
            mirrors.delete(
                    question.tenant(), question.repository(), policy.check(question.url(), question.anyLocalPath()));
        } catch (IOException | RefusedRemote leftBehind) {
            LOG.warn("the mirror of repository {} was left behind", question.repository(), leftBehind);
        }
    }

    @Override
    public void close() {
        serving.ifPresent(Calls.Serving::close);
    }
}
