package dev.sandmill.vectorizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.api.Content;
import dev.sandmill.api.SearchHit;
import dev.sandmill.api.SearchQuery;
import dev.sandmill.vectorizer.cache.SecretSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real model over this module's own sources.
class VectorizerIT {
    private static final IndexTarget OWN = new IndexTarget("own", "sandmill", "main");
    private static final Path SOURCES = Path.of("src/main/java/dev/sandmill/vectorizer");

    @TempDir
    static Path folder;

    private static final SecretSource SECRET = () -> Optional.of(new byte[SecretSource.MIN_BYTES]);
    private static final InMemoryVectorCache CACHE = new InMemoryVectorCache();
    private static Vectorizer vectorizer;

    @BeforeAll
    static void indexOwnSources() throws IOException, InterruptedException {
        vectorizer = Vectorizer.open(VectorizerConfig.in(folder), CACHE, SECRET);
        BatchReport report = vectorizer.apply(OWN, ownSources(), Progress.NONE);
        vectorizer.commit(OWN, "c1");
        assertThat(report.failures()).isEmpty();
        assertThat(report.chunks()).isEqualTo(report.embedded() + report.reused());
    }

    @AfterAll
    static void close() {
        vectorizer.close();
    }

    @Test
    void questionsInPlainWordsFindTheirCode() {
        assertThat(paths("how is a vector turned into bytes with a checksum")).contains("cache/VectorCodec.java");
        assertThat(paths("split identifiers at camel case and underscores")).contains("words/CodeWords.java");
        assertThat(paths("lock a folder so that no other process uses it")).contains("store/lucene/FolderLock.java");
        assertThat(paths("cut a snippet to thirty lines")).contains("search/Snippet.java");
        assertThat(paths("mean pooling over token vectors")).contains("embed/onnx/Pooling.java");
    }

    @Test
    void aNameFindsItsDefinitionFirst() {
        assertThat(search("own", "LuceneStore").getFirst().path()).isEqualTo("store/lucene/LuceneStore.java");
        assertThat(search("own", "Snippet").getFirst().path()).isEqualTo("search/Snippet.java");
    }

    @Test
    void aHitShowsTheLinesThatItNames() throws IOException {
        SearchHit hit = search("own", "mean pooling over token vectors").getFirst();
        List<String> lines = Files.readAllLines(SOURCES.resolve(hit.path()));

        assertThat(hit.repository()).isEqualTo("sandmill");
        assertThat(hit.commit()).isEqualTo("c1");
        assertThat(hit.language()).isEqualTo("java");
        assertThat(hit.score()).isBetween(0.0, 1.0);
        assertThat(hit.snippet().lines().toList())
                .isEqualTo(lines.subList(hit.startLine() - 1, Math.min(hit.endLine(), hit.startLine() + 29)));
    }

    @Test
    void theStateTellsWhatIsSearchable() throws IOException {
        assertThat(vectorizer.state("own", "sandmill")).hasValueSatisfying(state -> {
            assertThat(state.commit()).isEqualTo("c1");
            assertThat(state.branch()).isEqualTo("main");
            assertThat(state.model()).isEqualTo("all-MiniLM-L6-v2-int8");
            assertThat(state.files()).isEqualTo(vectorizer.paths(OWN).size());
            assertThat(state.chunks()).isGreaterThan(state.files());
        });
        assertThat(vectorizer.paths(OWN)).hasSameSizeAs(ownSources());
        assertThat(vectorizer.health().available()).isTrue();
    }

    @Test
    void tenantsNeverSeeEachOther() throws InterruptedException {
        IndexTarget theirs = new IndexTarget("theirs", "sandmill", "main");
        vectorizer.apply(
                theirs,
                List.of(put("secret/Plan.java", "class Plan { String treasureMap = \"island\"; }")),
                Progress.NONE);
        vectorizer.commit(theirs, "x1");

        assertThat(search("own", "treasure map of the island"))
                .noneMatch(hit -> hit.path().equals("secret/Plan.java"));
        assertThat(search("theirs", "treasure map of the island"))
                .extracting(SearchHit::path)
                .containsExactly("secret/Plan.java");
        assertThat(search("theirs", "VectorCodec")).extracting(SearchHit::path).containsExactly("secret/Plan.java");
        assertThat(search("nobody", "VectorCodec")).isEmpty();
    }

    @Test
    void aSecondTenantsCacheKeysAreItsOwn() throws InterruptedException {
        String source = "class Shared { int answer() { return 42; } }";
        IndexTarget first = new IndexTarget("cache-1", "r", "main");
        IndexTarget second = new IndexTarget("cache-2", "r", "main");

        assertThat(vectorizer
                        .apply(first, List.of(put("A.java", source)), Progress.NONE)
                        .embedded())
                .isEqualTo(1);
        assertThat(vectorizer
                        .apply(second, List.of(put("A.java", source)), Progress.NONE)
                        .embedded())
                .isEqualTo(1);
    }

    @Test
    void filtersNarrowAndHostileOnesFindNothing() {
        assertThat(vectorizer
                        .search("own", new SearchQuery("vector", List.of(), List.of("JAVA"), "cache/", 10))
                        .hits())
                .isNotEmpty()
                .allMatch(hit -> hit.path().startsWith("cache/"));
        for (String prefix : List.of("../", "\0", "*", "cache/*", "x".repeat(100_000))) {
            assertThat(vectorizer
                            .search("own", new SearchQuery("vector", List.of(), List.of(), prefix, 10))
                            .hits())
                    .isEmpty();
        }
        assertThat(vectorizer
                        .search("own", new SearchQuery("vector", List.of("theirs"), List.of(), null, 10))
                        .hits())
                .isEmpty();
        assertThat(vectorizer
                        .search("own", new SearchQuery("vector", List.of(), List.of("cobol"), null, 10))
                        .hits())
                .isEmpty();
    }

    @Test
    void anyQueryIsAnsweredWithinItsLimitBestFirst() {
        for (String query : List.of(
                "\" OR 1=1 --", "(((", "path:*", "\0", "😀", "\uD800", "vector ".repeat(20_000), "a".repeat(200_000))) {
            List<SearchHit> hits = vectorizer
                    .search("own", new SearchQuery(query, List.of(), List.of(), null, 100))
                    .hits();

            assertThat(hits).hasSizeLessThanOrEqualTo(100);
            assertThat(hits).isSortedAccordingTo((one, other) -> Double.compare(other.score(), one.score()));
        }
    }

    @Test
    void searchGoesOnWhileABatchIsApplied() throws InterruptedException {
        IndexTarget busy = new IndexTarget("own", "busy", "main");
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger searches = new AtomicInteger();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread searching = Thread.ofPlatform().start(() -> {
            try {
                while (!done.get()) {
                    assertThat(vectorizer
                                    .search(
                                            "own",
                                            new SearchQuery(
                                                    "checksum of a vector", List.of("sandmill"), List.of(), null, 5))
                                    .hits())
                            .hasSize(5);
                    searches.incrementAndGet();
                }
            } catch (RuntimeException | AssertionError failed) {
                failure.set(failed);
            }
        });
        for (int round = 0; round < 10; round++) {
            vectorizer.apply(
                    busy, List.of(put("B.java", "class B { int round" + round + " = " + round + "; }")), Progress.NONE);
            vectorizer.commit(busy, "b" + round);
        }
        done.set(true);
        searching.join();

        assertThat(failure.get()).isNull();
        assertThat(searches.get()).isPositive();
        assertThat(vectorizer.state("own", "busy"))
                .hasValueSatisfying(state -> assertThat(state.chunks()).isEqualTo(1));
        vectorizer.drop("own", "busy");
        assertThat(vectorizer.state("own", "busy")).isEmpty();
    }

    @Test
    void anIndexOutlivesItsVectorizer(@TempDir Path other) throws InterruptedException {
        try (Vectorizer first = Vectorizer.open(VectorizerConfig.in(other), new InMemoryVectorCache(), SECRET)) {
            assertThatThrownBy(() -> Vectorizer.open(VectorizerConfig.in(other), CACHE, SECRET))
                    .hasMessageContaining("in use");
            first.apply(OWN, List.of(put("A.java", "class Lighthouse { void shine() {} }")), Progress.NONE);
            first.commit(OWN, "c7");
        }
        try (Vectorizer second = Vectorizer.open(VectorizerConfig.in(other), new InMemoryVectorCache(), SECRET)) {
            assertThat(second.state("own", "sandmill"))
                    .hasValueSatisfying(state -> assertThat(state.commit()).isEqualTo("c7"));
            assertThat(second.search("own", new SearchQuery("shine a light", List.of(), List.of(), null, 3))
                            .hits())
                    .hasSize(1);
            BatchReport again =
                    second.apply(OWN, List.of(put("A.java", "class Lighthouse { void shine() {} }")), Progress.NONE);
            assertThat(again.embedded()).isZero();
        }
    }

    @Test
    void anUnknownEmbedderIsRefusedWithWhatThereIs(@TempDir Path other) {
        VectorizerConfig config = new VectorizerConfig(
                other, "word2vec", Optional.empty(), Optional.empty(), new EmbeddingBounds(1, 64, 16_384), 1 << 20);

        assertThatThrownBy(() -> Vectorizer.open(config, CACHE, SECRET))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("word2vec")
                .hasMessageContaining("minilm");
    }

    @Test
    void byTableAloneCodeIsFoundToo(@TempDir Path other) throws IOException, InterruptedException {
        VectorizerConfig config = new VectorizerConfig(
                other, "static", Optional.empty(), Optional.empty(), new EmbeddingBounds(1, 64, 16_384), 1 << 20);
        try (Vectorizer byTable = Vectorizer.open(config, CACHE, SECRET)) {
            BatchReport report = byTable.apply(OWN, ownSources(), Progress.NONE);
            byTable.commit(OWN, "c1");

            assertThat(report.embedded())
                    .as("MiniLM's cached vectors are another model's")
                    .isPositive();
            assertThat(byTable.state("own", "sandmill"))
                    .hasValueSatisfying(state -> assertThat(state.model()).isEqualTo("static-minilm-table"));
            SearchQuery query =
                    new SearchQuery("how is a vector turned into bytes with a checksum", List.of(), List.of(), null, 5);
            assertThat(byTable.search("own", query).hits().stream().map(SearchHit::path))
                    .contains("cache/VectorCodec.java");
        }
    }

    @Test
    void openaiWithoutAnEndpointIsRefused(@TempDir Path other) {
        VectorizerConfig config = new VectorizerConfig(
                other, "openai", Optional.empty(), Optional.empty(), new EmbeddingBounds(1, 64, 16_384), 1 << 20);

        assertThatThrownBy(() -> Vectorizer.open(config, CACHE, SECRET)).hasMessageContaining("endpoint");
    }

    private static List<String> paths(String query) {
        return search("own", query).stream().map(SearchHit::path).toList();
    }

    private static List<SearchHit> search(String tenant, String query) {
        return vectorizer
                .search(tenant, new SearchQuery(query, List.of(), List.of(), null, 5))
                .hits();
    }

    private static FileChange put(String path, String text) {
        return new FileChange.Put(path, Integer.toHexString(text.hashCode()), Content.utf8(text));
    }

    private static List<FileChange> ownSources() throws IOException {
        List<FileChange> changes = new ArrayList<>();
        for (String room : List.of("cache", "embed", "search", "store", "words")) {
            try (Stream<Path> files = Files.walk(SOURCES.resolve(room))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    changes.add(new FileChange.Put(
                            SOURCES.relativize(file).toString(), "blob", Content.of(Files.readAllBytes(file))));
                }
            }
        }
        return changes;
    }
}
