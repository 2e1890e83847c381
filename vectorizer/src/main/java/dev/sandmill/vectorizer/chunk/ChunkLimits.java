package dev.sandmill.vectorizer.chunk;

/// How large a chunk may be.
///
/// @param targetTokens up to which neighbouring pieces are joined
/// @param maxTokens what the model sees at most, the header included, special tokens not
/// @param headerTokens of these, the most that a header takes
/// @param standAloneTokens from which on a definition is not joined with its neighbours
/// @param maxChars of one chunk, for text that is long but has few tokens
public record ChunkLimits(int targetTokens, int maxTokens, int headerTokens, int standAloneTokens, int maxChars) {
    public ChunkLimits {
        if (headerTokens < 0 || maxTokens - headerTokens < 8) {
            throw new IllegalArgumentException(
                    "maxTokens " + maxTokens + " must leave at least 8 tokens beside headerTokens " + headerTokens);
        }
        if (targetTokens < 1 || targetTokens > maxTokens - headerTokens) {
            throw new IllegalArgumentException("targetTokens " + targetTokens
                    + " must be between 1 and maxTokens - headerTokens = " + (maxTokens - headerTokens));
        }
        if (standAloneTokens < 1) {
            throw new IllegalArgumentException("standAloneTokens " + standAloneTokens + " must be at least 1");
        }
        if (maxChars < 16) {
            throw new IllegalArgumentException("maxChars " + maxChars + " must be at least 16");
        }
    }

    /// For a model that reads 256 tokens, two of them special.
    public static ChunkLimits forMiniLm() {
        return new ChunkLimits(200, 254, 32, 40, 6000);
    }

    /// What is left for a chunk's own text when its header is as long as it may be.
    public int bodyTokens() {
        return maxTokens - headerTokens;
    }
}
