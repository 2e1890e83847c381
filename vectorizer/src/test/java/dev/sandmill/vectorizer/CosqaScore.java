package dev.sandmill.vectorizer;

import dev.sandmill.vectorizer.embed.onnx.OnnxEmbedder;
import dev.sandmill.vectorizer.search.Ranked;
import dev.sandmill.vectorizer.search.Ranking;
import dev.sandmill.vectorizer.store.Entry;
import dev.sandmill.vectorizer.store.Found;
import dev.sandmill.vectorizer.store.Partition;
import dev.sandmill.vectorizer.store.Posting;
import dev.sandmill.vectorizer.store.Probe;
import dev.sandmill.vectorizer.store.lucene.LuceneStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Scores search on CoSQA: each function is one posting, each query has one answer. Not a test; run it by hand with
/// the data's folder (`code_idx_map.json` and `cosqa-retrieval-dev-500.json`) as its argument.
final class CosqaScore {
    private static final Partition PARTITION = new Partition("cosqa", "cosqa", "main");
    private static final Pattern DEFINITION = Pattern.compile("def\\s+(\\w+)");
    private static final int AT = 10;
    private static final int BATCH_SIZE = 64;

    private CosqaScore() {}

    public static void main(String[] arguments) throws Exception {
        Path data = Path.of(arguments[0]);
        JsonMapper json = JsonMapper.builder().build();
        Map<String, String> functions = json
                .readTree(data.resolve("code_idx_map.json").toFile())
                .properties()
                .stream()
                .collect(Collectors.toMap(entry -> entry.getValue().asString(), Map.Entry::getKey));
        JsonNode queries =
                json.readTree(data.resolve("cosqa-retrieval-dev-500.json").toFile());
        Path folder = Files.createTempDirectory("cosqa");
        try (OnnxEmbedder embedder = OnnxEmbedder.start(Runtime.getRuntime().availableProcessors());
                LuceneStore store = LuceneStore.open(folder, embedder.id().fingerprint())) {
            index(functions, embedder, store);
            Score vector = new Score("vector");
            Score words = new Score("words");
            Score together = new Score("together");
            for (JsonNode query : queries) {
                String text = query.get("doc").asString();
                String answer = query.get("retrieval_idx").asString();
                Probe probe = new Probe(embedder.embed(List.of(text))[0], text, List.of(), List.of(), null, 50);
                List<Found> found = store.search("cosqa", probe);
                vector.add(by(Comparator.comparingDouble(Found::cosine), found), answer);
                words.add(by(Comparator.comparingDouble(Found::words), found), answer);
                together.add(
                        Ranking.best(text, found, AT).stream()
                                .map(Ranked::found)
                                .toList(),
                        answer);
            }
            List.of(vector, words, together).forEach(System.out::println);
        }
    }

    private static void index(Map<String, String> functions, OnnxEmbedder embedder, LuceneStore store)
            throws InterruptedException {
        long start = System.nanoTime();
        List<Map.Entry<String, String>> all = new ArrayList<>(functions.entrySet());
        for (int from = 0; from < all.size(); from += BATCH_SIZE) {
            List<Map.Entry<String, String>> batch = all.subList(from, Math.min(all.size(), from + BATCH_SIZE));
            float[][] vectors =
                    embedder.embed(batch.stream().map(Map.Entry::getValue).toList());
            for (int at = 0; at < vectors.length; at++) {
                String id = batch.get(at).getKey();
                String code = batch.get(at).getValue();
                Matcher definition = DEFINITION.matcher(code);
                Posting posting = new Posting(
                        id, id, 1, 1, definition.find() ? definition.group(1) : null, "function", "python", id, code);
                store.replaceFile(PARTITION, id, List.of(new Entry(posting, vectors[at])));
            }
        }
        store.commit(PARTITION, "cosqa");
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf("%d functions in %.1f s, %.0f/s%n", all.size(), seconds, all.size() / seconds);
    }

    private static List<Found> by(Comparator<Found> score, List<Found> found) {
        return found.stream().sorted(score.reversed()).limit(AT).toList();
    }

    /// Mean reciprocal rank and nDCG over the first ten.
    private static final class Score {
        private final String name;
        private double reciprocalRanks;
        private double gains;
        private int queries;

        Score(String name) {
            this.name = name;
        }

        void add(List<Found> ranking, String answer) {
            queries++;
            for (int at = 0; at < ranking.size(); at++) {
                if (ranking.get(at).posting().path().equals(answer)) {
                    reciprocalRanks += 1.0 / (at + 1);
                    gains += Math.log(2) / Math.log(at + 2);
                }
            }
        }

        @Override
        public String toString() {
            return "%-8s MRR@10 %.4f  nDCG@10 %.4f".formatted(name, reciprocalRanks / queries, gains / queries);
        }
    }
}
