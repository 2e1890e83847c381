package dev.sandmill.vectorizer;

/// How many texts a run may embed by the model before it is searchable; what is beyond is sketched, where there is a
/// token table for that, and embedded later. For one thread.
public final class EmbeddingBudget {
    private long left;

    private EmbeddingBudget(long left) {
        this.left = left;
    }

    public static EmbeddingBudget of(long texts) {
        return new EmbeddingBudget(texts);
    }

    public static EmbeddingBudget unlimited() {
        return new EmbeddingBudget(Long.MAX_VALUE);
    }

    /// Whether all of these may be embedded. Once a run is too large for its budget, nothing more of it is embedded.
    boolean covers(long texts) {
        if (texts > left) {
            left = 0;
            return false;
        }
        left -= texts;
        return true;
    }
}
