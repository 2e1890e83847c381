package dev.sandmill.vectorizer.embed.table;

import dev.sandmill.vectorizer.embed.onnx.MiniLmTokens;
import dev.sandmill.vectorizer.embed.onnx.OnnxEmbedder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.CRC32C;

/// Fits the table that is shipped. Arguments: the file to write, a folder for vectors already made (an interrupted run
/// goes on there; more or fewer texts of the same folders use the same vectors), then
/// `LANGUAGE=TEXTS=FOLDER[:FOLDER...]` as often as wanted. `docs/embedding.md` has the call.
public final class FitTable {
    private static final int BATCH = 200;
    private static final int DIMENSION = 384;

    private FitTable() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length < 3) {
            System.err.println("usage: FitTable FILE WORK_FOLDER LANGUAGE=TEXTS=FOLDER[:FOLDER...]...");
            System.exit(2);
        }
        Path work = Files.createDirectories(Path.of(arguments[1]));
        MiniLmTokens tokens = MiniLmTokens.load();
        try (OnnxEmbedder model = OnnxEmbedder.start(Runtime.getRuntime().availableProcessors())) {
            List<String> texts = new ArrayList<>();
            List<float[]> vectors = new ArrayList<>();
            for (String source : List.of(arguments).subList(2, arguments.length)) {
                String[] parts = source.split("=", 3);
                List<String> all = new TrainingTexts(tokens).of(parts[0], List.of(parts[2].split(":")));
                List<String> drawn = all.subList(0, Math.min(all.size(), Integer.parseInt(parts[1])));
                System.out.println(parts[0] + ": " + drawn.size() + " of " + all.size() + " texts");
                texts.addAll(drawn);
                vectors.addAll(List.of(vectors(model, drawn, work.resolve(parts[0] + "-" + nameOf(all)))));
            }
            List<String> pieces = tokens.pieces();
            float[][] ofPieces = vectors(model, pieces, work.resolve("pieces-" + nameOf(pieces)));
            TokenTable table = TableTraining.fit(
                    texts.stream().map(tokens::of).toList(), vectors.toArray(float[][]::new), ofPieces);
            byte[] bytes = table.toBytes();
            Files.write(Path.of(arguments[0]), bytes);
            System.out.println(texts.size() + " texts, " + bytes.length + " bytes");
        }
    }

    /// Vectors belong to these texts in this order, and to no others.
    private static String nameOf(List<String> texts) {
        CRC32C checksum = new CRC32C();
        for (String text : texts) {
            checksum.update(text.getBytes(StandardCharsets.UTF_8));
            checksum.update(0);
        }
        return HexFormat.of().toHexDigits((int) checksum.getValue()) + ".f32";
    }

    /// Those already in the file, then the rest, appended batch by batch.
    private static float[][] vectors(OnnxEmbedder model, List<String> texts, Path file)
            throws IOException, InterruptedException {
        int bytesEach = DIMENSION * Float.BYTES;
        int done = Files.exists(file) ? (int) Math.min(texts.size(), Files.size(file) / bytesEach) : 0;
        if (Files.exists(file)) {
            try (var channel = Files.newByteChannel(file, StandardOpenOption.WRITE)) {
                channel.truncate((long) done * bytesEach);
            }
        }
        while (done < texts.size()) {
            float[][] batch = model.embed(texts.subList(done, Math.min(texts.size(), done + BATCH)));
            ByteBuffer bytes = ByteBuffer.allocate(batch.length * bytesEach);
            for (float[] vector : batch) {
                bytes.asFloatBuffer().put(vector);
                bytes.position(bytes.position() + bytesEach);
            }
            Files.write(file, bytes.array(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            done += batch.length;
        }
        ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file));
        float[][] vectors = new float[texts.size()][DIMENSION];
        for (int at = 0; at < vectors.length; at++) {
            all.asFloatBuffer().get(vectors[at]);
            all.position(all.position() + bytesEach);
        }
        return vectors;
    }
}
