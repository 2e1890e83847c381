package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.embed.table.RepositoryTables;
import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.StoreFailedException;
import dev.sandmill.vectorizer.store.VectorStore;
import dev.sandmill.vectorizer.store.Watermark;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Fits token tables to repositories in the background, one at a time, from exact vectors that the index has: when
/// there are enough of them, and again when there are four times as many. Thread-safe.
final class TableFits implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TableFits.class);
    private static final int MOST_WAITING = 64;
    private static final int MOST_REMEMBERED = 10_000;
    private static final int GROWTH = 4;
    private static final int END_SECONDS = 30;

    private final RepositoryTables tables;
    private final VectorStore store;
    /// Exact rows at the last try, whatever came of it; a fit that was no better is not tried at each commit.
    private final Map<String, Long> tried = new ConcurrentHashMap<>();
    private final ThreadPoolExecutor worker;

    TableFits(RepositoryTables tables, VectorStore store) {
        this.tables = tables;
        this.store = store;
        this.worker = new ThreadPoolExecutor(
                0,
                1,
                1,
                TimeUnit.MINUTES,
                new ArrayBlockingQueue<>(MOST_WAITING),
                task -> {
                    Thread thread = new Thread(task, "token-table-fit");
                    thread.setDaemon(true);
                    thread.setPriority(Thread.MIN_PRIORITY);
                    return thread;
                },
                // The repository's next commit asks again.
                new ThreadPoolExecutor.DiscardPolicy());
    }

    /// After a commit: has a table fitted if that is worth while; answers whether it is.
    boolean consider(Partition partition) {
        boolean worthWhile = isWorthWhile(partition, exactRows(partition));
        if (worthWhile) {
            worker.execute(() -> fit(partition));
        }
        return worthWhile;
    }

    private long exactRows(Partition partition) {
        return store.watermark(partition.tenant(), partition.repository())
                .filter(mark -> mark.branch().equals(partition.branch()))
                .map(TableFits::exactRows)
                .orElse(0L);
    }

    private static long exactRows(Watermark mark) {
        return mark.chunks() - mark.sketched();
    }

    private boolean isWorthWhile(Partition partition, long exact) {
        if (exact < RepositoryTables.leastTexts()) {
            return false;
        }
        long before = Math.max(
                tables.exactRows(partition.tenant(), partition.repository()), tried.getOrDefault(key(partition), 0L));
        return before == 0 || exact >= GROWTH * before;
    }

    private void fit(Partition partition) {
        long exact = exactRows(partition);
        if (!isWorthWhile(partition, exact)) {
            return;
        }
        if (tried.size() >= MOST_REMEMBERED) {
            tried.clear();
        }
        tried.put(key(partition), exact);
        long start = System.nanoTime();
        try {
            List<Entry> rows = store.exactRows(partition, RepositoryTables.mostTexts());
            if (rows.size() < RepositoryTables.leastTexts()) {
                return;
            }
            List<String> texts = rows.stream()
                    .map(row -> Chunk.embeddingText(
                            row.posting().header(), row.posting().text()))
                    .toList();
            float[][] vectors = rows.stream().map(Entry::vector).toArray(float[][]::new);
            boolean better = tables.fit(partition.tenant(), partition.repository(), texts, vectors, exact);
            if (store.watermark(partition.tenant(), partition.repository()).isEmpty()) {
                tables.drop(partition.tenant(), partition.repository());
            }
            LOG.info(
                    "the token table of {} was fitted to {} chunks in {} ms and is {}",
                    partition.repository(),
                    rows.size(),
                    (System.nanoTime() - start) / 1_000_000,
                    better ? "used from now on" : "no better than the one that is shipped");
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        } catch (IOException | StoreFailedException failed) {
            LOG.warn("no token table could be fitted to {}", partition.repository(), failed);
        }
    }

    void forget(String tenant, String repository) {
        tables.drop(tenant, repository);
        tried.keySet().removeIf(key -> key.startsWith(tenant + '\0' + repository + '\0'));
    }

    private static String key(Partition partition) {
        return partition.tenant() + '\0' + partition.repository() + '\0' + partition.branch();
    }

    /// What is under way ends within a slice of the fit, some seconds.
    @Override
    public void close() {
        worker.shutdownNow();
        try {
            if (!worker.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a token table is still being fitted after {} s", END_SECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
