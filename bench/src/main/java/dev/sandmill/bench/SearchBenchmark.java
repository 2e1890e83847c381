package dev.sandmill.bench;

import dev.sandmill.vectorizer.embed.onnx.OnnxEmbedder;
import dev.sandmill.vectorizer.embed.table.StaticEmbedder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/// What search finds, on CoSQA where its folder is named by `COSQA`, and how long a question takes in a large index.
final class SearchBenchmark implements Benchmark {
    private static final int CHUNKS = 100_000;

    @Override
    public String name() {
        return "search";
    }

    @Override
    public String description() {
        return "MRR, nDCG and recall at 10 by words, by each model, and together; time of a question at 100,000 chunks";
    }

    @Override
    public void run(Target target, PrintStream out, boolean json) throws IOException, InterruptedException {
        try (OnnxEmbedder minilm = OnnxEmbedder.start(Runtime.getRuntime().availableProcessors());
                StaticEmbedder table = StaticEmbedder.load()) {
            String folder = System.getenv("COSQA");
            if (folder == null) {
                out.println("quality is not measured: COSQA does not name the folder of CoSQA's retrieval data");
            } else {
                new SearchQuality(Cosqa.read(Path.of(folder)), minilm, table).run(out);
            }
            new SearchLatency(minilm, table, CHUNKS).run(out);
        }
    }
}
