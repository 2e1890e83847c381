package dev.sandmill.vectorizer;

/// How the model is asked. May change while batches are under way; calls that have begun go on.
///
/// @param parallelism texts (in process) or calls (endpoints) at a time, at most
/// @param batchSize texts of one call, and of one round trip to the cache
/// @param batchTokens tokens of one call; a text with more goes alone
public record EmbeddingBounds(int parallelism, int batchSize, int batchTokens) {
    public static final int MAX_PARALLELISM = 256;
    public static final int MAX_BATCH_SIZE = 2_048;
    public static final int MAX_BATCH_TOKENS = 300_000;
    public static final int DEFAULT_BATCH_TOKENS = 16_384;

    public EmbeddingBounds {
        require("parallelism", parallelism, MAX_PARALLELISM);
        require("batchSize", batchSize, MAX_BATCH_SIZE);
        require("batchTokens", batchTokens, MAX_BATCH_TOKENS);
    }

    private static void require(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " has to be 1 to " + most + ", not " + value);
        }
    }
}
