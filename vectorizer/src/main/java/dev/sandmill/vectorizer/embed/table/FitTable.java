package dev.sandmill.vectorizer.embed.table;

import dev.sandmill.vectorizer.chunk.Chunk;
import dev.sandmill.vectorizer.chunk.ChunkLimits;
import dev.sandmill.vectorizer.chunk.Chunkers;
import dev.sandmill.vectorizer.embed.onnx.MiniLmTokens;
import dev.sandmill.vectorizer.embed.onnx.OnnxEmbedder;
import dev.sandmill.vectorizer.source.LanguageOf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/// Fits the table that is shipped. Arguments: the file to write, a folder for vectors already made (an interrupted run
/// goes on there), then `LANGUAGE=CHUNKS=FOLDER[:FOLDER...]` as often as wanted. `docs/embedding.md` has the call.
public final class FitTable {
    private static final int MIN_TOKENS = 12;
    private static final long MAX_FILE_BYTES = 200_000;
    private static final int BATCH = 200;
    private static final int DIMENSION = 384;
    private static final int SEED = 1;

    private FitTable() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length < 3) {
            System.err.println("usage: FitTable FILE WORK_FOLDER LANGUAGE=CHUNKS=FOLDER[:FOLDER...]...");
            System.exit(2);
        }
        Path work = Files.createDirectories(Path.of(arguments[1]));
        MiniLmTokens tokens = MiniLmTokens.load();
        List<String> texts = new ArrayList<>();
        for (String source : List.of(arguments).subList(2, arguments.length)) {
            String[] parts = source.split("=", 3);
            List<String> chunks = chunks(parts[0], parts[2].split(":"), tokens);
            texts.addAll(chunks.subList(0, Math.min(chunks.size(), Integer.parseInt(parts[1]))));
            System.out.println(parts[0] + ": " + chunks.size() + " chunks");
        }
        try (OnnxEmbedder model = OnnxEmbedder.start(Runtime.getRuntime().availableProcessors())) {
            float[][] ofPieces = vectors(model, tokens.pieces(), work.resolve("pieces.f32"));
            float[][] vectors = vectors(model, texts, work.resolve("texts.f32"));
            TokenTable table = TableTraining.fit(texts.stream().map(tokens::of).toList(), vectors, ofPieces);
            byte[] bytes = table.toBytes();
            Files.write(Path.of(arguments[0]), bytes);
            System.out.println(texts.size() + " texts, " + bytes.length + " bytes");
        }
    }

    private static List<String> chunks(String language, String[] folders, MiniLmTokens tokens) throws IOException {
        Chunkers chunkers = new Chunkers(ChunkLimits.forMiniLm(), tokens::count);
        LanguageOf languageOf = new LanguageOf();
        Set<String> chunks = new LinkedHashSet<>();
        for (String folder : folders) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    if (languageOf.of(file.toString()).equals(language) && Files.size(file) <= MAX_FILE_BYTES) {
                        chunkers.chunk(language, text(file)).stream()
                                .filter(chunk -> !chunk.isBlank())
                                .map(Chunk::embeddingText)
                                .filter(text -> tokens.count(text) >= MIN_TOKENS)
                                .forEach(chunks::add);
                    }
                }
            }
        }
        List<String> shuffled = new ArrayList<>(chunks);
        Collections.shuffle(shuffled, new Random(SEED));
        return shuffled;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (MalformedInputException notText) {
            System.err.println("left out, not UTF-8: " + file);
            return "";
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + file, failed);
        }
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
