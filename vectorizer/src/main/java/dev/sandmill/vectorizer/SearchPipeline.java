package dev.sandmill.vectorizer;

import dev.sandmill.api.SearchHit;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.EmbeddingFailedException;
import dev.sandmill.vectorizer.search.Ranked;
import dev.sandmill.vectorizer.search.Ranking;
import dev.sandmill.vectorizer.search.Snippet;
import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Found;
import dev.sandmill.vectorizer.store.Posting;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.VectorStore;
import java.util.List;
import java.util.Locale;

/// The way of a query: cut, embed, find by vector and by words, rank, show. The query is text from anybody and is
/// never read as a query language.
final class SearchPipeline {
    /// What the model reads of a query is shorter still.
    private static final int MAX_QUERY_CHARACTERS = 2_000;
    private static final int MAX_PATH_CHARACTERS = 4_096;
    private static final String SKETCHED = "static";
    private static final int MIN_CANDIDATES = 50;
    private static final int CANDIDATES_PER_HIT = 3;

    private final Embedder embedder;
    private final VectorStore store;
    private final String embedderName;

    /// @param embedderName of the setting; whose vectors exact rows have
    SearchPipeline(Embedder embedder, VectorStore store, String embedderName) {
        this.embedder = embedder;
        this.store = store;
        this.embedderName = embedderName;
    }

    SearchResult search(String tenant, SearchQuery query) {
        String prefix = query.pathPrefix();
        if (prefix != null && prefix.length() > MAX_PATH_CHARACTERS) {
            return new SearchResult(List.of());
        }
        String text = cut(query.query());
        Probe probe = new Probe(
                embed(text),
                text,
                query.repositories(),
                query.languages().stream()
                        .map(language -> language.toLowerCase(Locale.ROOT))
                        .toList(),
                prefix,
                Math.max(MIN_CANDIDATES, CANDIDATES_PER_HIT * query.limit()));
        List<Found> candidates = store.search(tenant, probe);
        return new SearchResult(Ranking.best(text, candidates, query.limit()).stream()
                .map(this::hit)
                .toList());
    }

    private static String cut(String query) {
        return query.substring(0, Math.min(query.length(), MAX_QUERY_CHARACTERS));
    }

    private float[] embed(String text) {
        try {
            return embedder.embed(List.of(text))[0];
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new EmbeddingFailedException("interrupted while the query was embedded", interrupted);
        }
    }

    private SearchHit hit(Ranked ranked) {
        Posting posting = ranked.found().posting();
        return new SearchHit(
                ranked.found().repository(),
                ranked.found().commit(),
                posting.path(),
                posting.startLine(),
                posting.endLine(),
                posting.symbol(),
                posting.language(),
                ranked.score(),
                Snippet.of(posting.text()),
                ranked.found().fidelity() == Fidelity.EXACT ? embedderName : SKETCHED);
    }
}
