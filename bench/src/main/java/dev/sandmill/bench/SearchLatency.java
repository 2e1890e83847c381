package dev.sandmill.bench;

import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.chunk.ChunkLimits;
import dev.sandmill.vectorizer.chunk.Chunkers;
import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.table.StaticEmbedder;
import dev.sandmill.vectorizer.search.Ranking;
import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Posting;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.lucene.LuceneStore;
import dev.sandmill.vectorizer.words.Summary;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/// Fills an index with chunks of the JDK's own sources and asks it; a question's embedding and the ranking count too.
final class SearchLatency {
    private static final Partition PARTITION = new Partition("bench", "jdk", "main");
    private static final int WARM_UP = 200;
    private static final int QUESTIONS = 1_000;
    private static final int CANDIDATES = 50;
    private static final int HITS = 10;
    private static final int FILES_AT_ONCE = 500;

    private final Embedder questions;
    private final StaticEmbedder table;
    private final int chunks;

    SearchLatency(Embedder questions, StaticEmbedder table, int chunks) {
        this.questions = questions;
        this.table = table;
        this.chunks = chunks;
    }

    void run(PrintStream out) throws IOException, InterruptedException {
        try (TemporaryFolder folder = TemporaryFolder.create();
                LuceneStore store = LuceneStore.open(folder.path().resolve("index"), "bench")) {
            long start = System.nanoTime();
            List<String> symbols = new ArrayList<>();
            int stored = fill(store, symbols);
            double seconds = (System.nanoTime() - start) / 1e9;
            out.printf(
                    "%d chunks of the JDK's sources cut, embedded by table, stored and committed in %.1f s, %.0f/s%n",
                    stored, seconds, stored / seconds);
            long[] nanos = new long[WARM_UP + QUESTIONS];
            for (int at = 0; at < nanos.length; at++) {
                String text = "how to " + symbols.get((int) (at * 7_919L % symbols.size()));
                long asked = System.nanoTime();
                float[] vector = questions.embed(List.of(text))[0];
                Ranking.best(
                        text,
                        store.search(
                                PARTITION.tenant(), new Probe(vector, text, List.of(), List.of(), null, CANDIDATES)),
                        HITS);
                nanos[at] = System.nanoTime() - asked;
            }
            out.println(new Latencies(Arrays.copyOfRange(nanos, WARM_UP, nanos.length))
                    .row("a question, " + stored + " chunks"));
        }
    }

    /// By all processors, a few hundred files at a time.
    private int fill(LuceneStore store, List<String> symbols) throws IOException {
        Chunkers chunkers = new Chunkers(ChunkLimits.forMiniLm(), table::countTokens);
        int stored = 0;
        try (ZipFile sources = new ZipFile(
                Path.of(System.getProperty("java.home"), "lib", "src.zip").toFile())) {
            List<? extends ZipEntry> files = sources.stream()
                    .filter(file -> file.getName().endsWith(".java"))
                    .toList();
            for (int from = 0; from < files.size() && stored < chunks; from += FILES_AT_ONCE) {
                List<List<Chunk>> cut =
                        files.subList(from, Math.min(files.size(), from + FILES_AT_ONCE)).parallelStream()
                                .map(file -> store(store, chunkers, file.getName(), text(sources, file)))
                                .toList();
                for (List<Chunk> ofFile : cut) {
                    stored += ofFile.size();
                    ofFile.stream().map(Chunk::symbol).filter(Objects::nonNull).forEach(symbols::add);
                }
            }
        }
        store.commit(PARTITION, "bench");
        return stored;
    }

    private static String text(ZipFile sources, ZipEntry file) {
        try (InputStream stream = sources.getInputStream(file)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file.getName() + " of the JDK's sources", unreadable);
        }
    }

    private List<Chunk> store(LuceneStore store, Chunkers chunkers, String path, String text) {
        List<Chunk> cut = chunkers.chunk("java", text).stream()
                .filter(chunk -> !chunk.isBlank())
                .toList();
        store.replaceFile(PARTITION, path, entries(path, cut));
        return cut;
    }

    private List<Entry> entries(String path, List<Chunk> cut) {
        float[][] vectors = cut.stream()
                .map(chunk -> table.vectorOf(chunk.embeddingText(), Summary.of(chunk.symbol(), chunk.text())))
                .toArray(float[][]::new);
        List<Entry> entries = new ArrayList<>(cut.size());
        for (int at = 0; at < vectors.length; at++) {
            Chunk chunk = cut.get(at);
            entries.add(new Entry(
                    new Posting(
                            path,
                            path,
                            chunk.startLine(),
                            chunk.endLine(),
                            chunk.symbol(),
                            chunk.kind().wireName(),
                            "java",
                            chunk.fingerprint(),
                            chunk.text(),
                            chunk.header()),
                    vectors[at],
                    Fidelity.SKETCH));
        }
        return entries;
    }
}
