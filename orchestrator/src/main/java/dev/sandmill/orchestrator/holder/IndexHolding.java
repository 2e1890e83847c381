package dev.sandmill.orchestrator.holder;

import dev.sandmill.api.IndexRepository;
import dev.sandmill.api.JobKind;
import dev.sandmill.api.json.JobJson;
import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.documents.Documents;
import dev.sandmill.backplane.queue.JobQueue;
import dev.sandmill.backplane.queue.QueueUnavailable;
import dev.sandmill.backplane.queue.Submission;
import dev.sandmill.backplane.queue.SubmitResult;
import dev.sandmill.backplane.queue.Worker;
import dev.sandmill.backplane.redis.RedisUnavailable;
import dev.sandmill.orchestrator.jobs.Workers;
import dev.sandmill.orchestrator.peer.Peers;
import dev.sandmill.orchestrator.periodic.PeriodicThread;
import dev.sandmill.orchestrator.repository.Repository;
import dev.sandmill.orchestrator.repository.RepositoryRegistry;
import dev.sandmill.orchestrator.repository.RepositoryState;
import dev.sandmill.vectorizer.IndexedState;
import dev.sandmill.vectorizer.Vectorizer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the search index in one process of the pool. The first that can hold it does, and goes on to after a restart
/// with the same folder; another takes its place when nothing was heard of it for half a minute, and then brings its
/// own index to where the old one was. Who does not hold it takes no index jobs.
public final class IndexHolding extends PeriodicThread {
    /// The collection of documents that names the holder.
    public static final String COLLECTION = "index-holder";

    static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(IndexHolding.class);
    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final List<JobKind> DUTIES = List.of(JobKind.INDEX, JobKind.INDEX_EXACT);
    static final String KEY = "holder";
    private static final String NAME = "index:";

    private final HolderRecord own;
    private final Documents documents;
    private final Peers peers;
    private final Optional<Vectorizer> vectorizer;
    private final RepositoryRegistry repositories;
    private final JobQueue queue;
    private final JobJson jobs;
    private final Workers workers;
    private final StrictJson json = new StrictJson();
    private final IndexPlace place;
    private boolean level;

    public IndexHolding(
            IndexPlace place,
            HolderRecord own,
            Documents documents,
            Peers peers,
            Optional<Vectorizer> vectorizer,
            RepositoryRegistry repositories,
            JobQueue queue,
            JobJson jobs,
            Workers workers) {
        super("index-holding", PERIOD);
        this.place = place;
        this.own = own;
        this.documents = documents;
        this.peers = peers;
        this.vectorizer = vectorizer;
        this.repositories = repositories;
        this.queue = queue;
        this.jobs = jobs;
        this.workers = workers;
    }

    static String nameOf(HolderRecord holder) {
        return NAME + holder.index();
    }

    /// This process's own index, and its name among the pool's.
    Optional<Vectorizer> own() {
        return vectorizer;
    }

    String ownName() {
        return nameOf(own);
    }

    /// The index where it is the pool's, or nobody could be asked yet whose that is.
    Optional<Vectorizer> here() {
        return vectorizer.filter(present -> place.now() != IndexPlace.Place.ELSEWHERE);
    }

    @Override
    public void start() {
        if (vectorizer.isPresent()) {
            once();
            super.start();
        }
    }

    @Override
    protected void once() {
        try {
            IndexPlace.Place now = decided();
            if (now != place.now()) {
                LOG.info("the search index is {}", now == IndexPlace.Place.HERE ? "held here" : "held elsewhere");
                level = false;
            }
            place.set(now);
            level = level
                    || now == IndexPlace.Place.HERE
                            && vectorizer.filter(this::isLevel).isPresent();
        } catch (RedisUnavailable | QueueUnavailable away) {
            LOG.debug("who holds the index is not known now: {}", away.getMessage());
        }
        for (JobKind duty : DUTIES) {
            workers.of(duty).ifPresent(this::follow);
        }
    }

    private void follow(Worker worker) {
        if (place.now() == IndexPlace.Place.HERE) {
            worker.resume();
        } else {
            worker.pause();
        }
    }

    private IndexPlace.Place decided() {
        Optional<String> stored = documents.get(KEY);
        if (stored.isEmpty()) {
            documents.putIfAbsent(KEY, json.write(own));
            stored = documents.get(KEY);
        }
        if (stored.isEmpty()) {
            return place.now();
        }
        HolderRecord holder = read(stored.get());
        if (!holder.index().equals(own.index()) && peers.silence(nameOf(holder)).compareTo(PATIENCE) >= 0) {
            LOG.warn(
                    "instance {}, which held the search index, has not been heard of for {} s: this one takes over",
                    holder.instance(),
                    PATIENCE.toSeconds());
            String silent = stored.get();
            holder = documents
                    .update(KEY, text -> text.equals(silent) ? json.write(own) : text)
                    .map(this::read)
                    .orElse(holder);
        }
        return holder.index().equals(own.index()) ? IndexPlace.Place.HERE : IndexPlace.Place.ELSEWHERE;
    }

    private HolderRecord read(String text) {
        return json.read(text.getBytes(StandardCharsets.UTF_8), HolderRecord.class);
    }

    /// Has every repository indexed that the pool knows at another commit than this index does; false where the queue
    /// has no room for all of them yet.
    private boolean isLevel(Vectorizer index) {
        boolean all = true;
        for (Repository repository : repositories.all()) {
            String wanted = repository.indexedCommit();
            String present = index.state(repository.tenant(), repository.name())
                    .map(IndexedState::commit)
                    .orElse(null);
            if (wanted != null && !wanted.equals(present)) {
                LOG.info("repository {} is brought into this index, which has it at {}", repository.name(), present);
                repositories.update(
                        repository.tenant(), repository.name(), stored -> stored.in(RepositoryState.INDEXING));
                SubmitResult result = queue.submit(new Submission(
                        repository.tenant(),
                        JobKind.INDEX,
                        jobs.writeRequest(new IndexRepository(repository.name(), null, false)),
                        null,
                        null));
                all = all && !(result instanceof SubmitResult.Full);
            }
        }
        return all;
    }

    /// After the workers, before the web server.
    @Override
    public int getPhase() {
        return Workers.PHASE + 1;
    }
}
