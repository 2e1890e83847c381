package dev.sandmill.bench;

import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.table.RepositoryTables;
import dev.sandmill.vectorizer.embed.table.StaticEmbedder;
import dev.sandmill.vectorizer.search.Ranked;
import dev.sandmill.vectorizer.search.Ranking;
import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Fidelity;
import dev.sandmill.vectorizer.store.Found;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Posting;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.lucene.LuceneStore;
import dev.sandmill.vectorizer.words.Summary;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Scores the store's candidates and the ranking: each function is one posting. Questions are embedded by MiniLM,
/// whichever model the functions are embedded by.
final class SearchQuality {
    private static final Partition PARTITION = new Partition("cosqa", "cosqa", "main");
    private static final Pattern DEFINITION = Pattern.compile("def\\s+(\\w+)");
    private static final int PARTS = 5;
    private static final int AT = 10;
    private static final int CANDIDATES = 50;

    private final Cosqa cosqa;
    private final Embedder minilm;
    private final StaticEmbedder table;

    SearchQuality(Cosqa cosqa, Embedder minilm, StaticEmbedder table) {
        this.cosqa = cosqa;
        this.minilm = minilm;
        this.table = table;
    }

    void run(PrintStream out) throws IOException, InterruptedException {
        List<String> functions = List.copyOf(cosqa.functions().values());
        float[][] exact = minilm.embed(functions);
        long start = System.nanoTime();
        float[][] fast = functions.stream()
                .map(code -> table.vectorOf(code, Summary.of(symbol(code), code)))
                .toArray(float[][]::new);
        out.printf("%d functions by table in %.2f s%n", fast.length, (System.nanoTime() - start) / 1e9);
        float[][] questions = minilm.embed(
                cosqa.questions().stream().map(Cosqa.Question::text).toList());
        score("static", fast, at -> true, questions, out);
        score("minilm", exact, at -> false, questions, out);
        score("fitted static", fitted(functions, exact, out), at -> true, questions, out);
        for (int percent : List.of(10, 50, 90)) {
            IntPredicate isSketch = at -> Math.floorMod(at * 7919, 100) >= percent;
            float[][] mixed = new float[exact.length][];
            for (int at = 0; at < mixed.length; at++) {
                mixed[at] = isSketch.test(at) ? fast[at] : exact[at];
            }
            score(percent + " % minilm", mixed, isSketch, questions, out);
        }
    }

    /// Each function by a table that was fitted to others of the same repository and has not seen it.
    private float[][] fitted(List<String> functions, float[][] exact, PrintStream out) throws InterruptedException {
        float[][] fitted = new float[exact.length][];
        double before = 0;
        double after = 0;
        long nanos = 0;
        int texts = Math.min(RepositoryTables.mostTexts(), exact.length * (PARTS - 1) / PARTS);
        for (int part = 0; part < PARTS; part++) {
            List<Integer> others = new ArrayList<>();
            for (int at = 0; at < exact.length; at++) {
                if (at % PARTS != part) {
                    others.add(at);
                }
            }
            Collections.shuffle(others, new Random(part));
            List<Integer> seen = others.subList(0, texts);
            long start = System.nanoTime();
            StaticEmbedder own = table.fittedTo(
                            seen.stream().map(functions::get).toList(),
                            seen.stream().map(at -> exact[at]).toArray(float[][]::new))
                    .orElse(table);
            nanos += System.nanoTime() - start;
            for (int at = part; at < exact.length; at += PARTS) {
                String code = functions.get(at);
                fitted[at] = own.vectorOf(code, Summary.of(symbol(code), code));
                before += cosine(table.vectorOf(code), exact[at]) / exact.length;
                after += cosine(own.vectorOf(code), exact[at]) / exact.length;
            }
        }
        out.printf(
                "a table fitted to %d other functions: cosine to minilm %.3f, shipped %.3f; %.1f s a fit%n",
                texts, after, before, nanos / 1e9 / PARTS);
        return fitted;
    }

    private static double cosine(float[] one, float[] other) {
        double sum = 0;
        for (int at = 0; at < one.length; at++) {
            sum += one[at] * other[at];
        }
        return sum;
    }

    private void score(String model, float[][] vectors, IntPredicate isSketch, float[][] questions, PrintStream out)
            throws IOException {
        Map<String, Score> scores = new LinkedHashMap<>();
        try (TemporaryFolder folder = TemporaryFolder.create();
                LuceneStore store = LuceneStore.open(folder.path().resolve("index"), "cosqa")) {
            fill(store, vectors, isSketch);
            for (int at = 0; at < questions.length; at++) {
                Cosqa.Question question = cosqa.questions().get(at);
                Probe probe = new Probe(questions[at], question.text(), List.of(), List.of(), null, CANDIDATES);
                List<Found> found = store.search(PARTITION.tenant(), probe);
                String answer = Integer.toString(question.answer());
                score(scores, "words", best(found, Comparator.comparingDouble(Found::words)), answer);
                score(scores, model, best(found, Comparator.comparingDouble(Found::cosine)), answer);
                score(
                        scores,
                        model + " + words",
                        Ranking.best(question.text(), found, AT).stream()
                                .map(Ranked::found)
                                .toList(),
                        answer);
            }
        }
        scores.values().forEach(out::println);
    }

    private void fill(LuceneStore store, float[][] vectors, IntPredicate isSketch) {
        int at = 0;
        for (Map.Entry<Integer, String> function : cosqa.functions().entrySet()) {
            String number = Integer.toString(function.getKey());
            String code = function.getValue();
            Posting posting = new Posting(number, number, 1, 1, symbol(code), "function", "python", number, code, "");
            Fidelity fidelity = isSketch.test(at) ? Fidelity.SKETCH : Fidelity.EXACT;
            store.replaceFile(PARTITION, number, List.of(new Entry(posting, vectors[at], fidelity)));
            at++;
        }
        store.commit(PARTITION, "cosqa");
    }

    private static @Nullable String symbol(String code) {
        Matcher definition = DEFINITION.matcher(code);
        return definition.find() ? definition.group(1) : null;
    }

    private static List<Found> best(List<Found> found, Comparator<Found> score) {
        return found.stream().sorted(score.reversed()).limit(AT).toList();
    }

    private static void score(Map<String, Score> scores, String name, List<Found> ranking, String answer) {
        scores.computeIfAbsent(name, Score::new).add(ranking, answer);
    }

    /// Over the first ten of each ranking.
    private static final class Score {
        private final String name;
        private final List<Integer> ranks = new ArrayList<>();

        Score(String name) {
            this.name = name;
        }

        void add(List<Found> ranking, String answer) {
            int rank = 0;
            for (int at = 0; at < ranking.size(); at++) {
                if (ranking.get(at).posting().path().equals(answer)) {
                    rank = at + 1;
                }
            }
            ranks.add(rank);
        }

        @Override
        public String toString() {
            double reciprocal = 0;
            double gain = 0;
            double found = 0;
            for (int rank : ranks) {
                if (rank > 0) {
                    reciprocal += 1.0 / rank;
                    gain += Math.log(2) / Math.log(rank + 1);
                    found++;
                }
            }
            int all = ranks.size();
            return "%-22s MRR@10 %.3f   nDCG@10 %.3f   Recall@10 %.3f"
                    .formatted(name, reciprocal / all, gain / all, found / all);
        }
    }
}
