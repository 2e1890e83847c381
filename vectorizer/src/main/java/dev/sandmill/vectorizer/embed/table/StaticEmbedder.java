package dev.sandmill.vectorizer.embed.table;

import dev.sandmill.vectorizer.embed.Embedder;
import dev.sandmill.vectorizer.embed.ModelId;
import dev.sandmill.vectorizer.embed.onnx.MiniLmTokens;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The token table that comes with this version, as an [Embedder]: no session, no native code, some ten
/// thousand texts a second. Its vectors lie in MiniLM's space, so that questions may be embedded by MiniLM
/// itself, which finds more.
public final class StaticEmbedder implements Embedder {
    private static final String NAME = "static-minilm-table";
    private static final int MAX_TOKENS = 256;
    /// What a summary weighs beside the whole text.
    private static final float SUMMARY = 0.5f;

    private final ModelId id;
    private final MiniLmTokens tokens;
    private final TokenTable table;

    private StaticEmbedder(ModelId id, MiniLmTokens tokens, TokenTable table) {
        this.id = id;
        this.tokens = tokens;
        this.table = table;
    }

    public static StaticEmbedder load() {
        return of(TokenTable.shipped());
    }

    static StaticEmbedder of(byte[] table) {
        return of(TokenTable.read(table), MiniLmTokens.load());
    }

    private static StaticEmbedder of(TokenTable table, MiniLmTokens tokens) {
        CRC32C checksum = new CRC32C();
        checksum.update(table.toBytes());
        String fingerprint = "table-with-summary-" + HexFormat.of().toHexDigits((int) checksum.getValue());
        return new StaticEmbedder(new ModelId(NAME, fingerprint), tokens, table);
    }

    /// The same words with another table's rows.
    StaticEmbedder with(byte[] other) {
        return of(TokenTable.read(other), tokens);
    }

    byte[] toBytes() {
        return table.toBytes();
    }

    /// This table, fitted to texts and their vectors by the model in whose space it is; empty where that brings it no
    /// closer to those of texts that were kept out of the fit.
    ///
    /// @throws IllegalArgumentException for fewer texts than [RepositoryTables#leastTexts()] or more than
    ///     [RepositoryTables#mostTexts()]
    public Optional<StaticEmbedder> fittedTo(List<String> texts, float[][] vectors) throws InterruptedException {
        return TableRefit.fit(table, texts.stream().map(tokens::of).toList(), vectors)
                .map(fitted -> of(fitted, tokens));
    }

    /// How many tokens a text has, the model's own two marks not counted.
    public int countTokens(String text) {
        return tokens.count(text);
    }

    @Override
    public float[][] embed(List<String> texts) throws InterruptedException {
        float[][] vectors = new float[texts.size()][];
        for (int at = 0; at < vectors.length; at++) {
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted between two texts");
            }
            vectors[at] = vectorOf(texts.get(at));
        }
        return vectors;
    }

    public float[] vectorOf(String text) {
        return table.vectorOf(tokens.of(text));
    }

    /// Of a text that is summed up by another one, which questions are worded like: `.5` of the latter's vector is
    /// added.
    public float[] vectorOf(String text, String summary) {
        float[] vector = vectorOf(text);
        if (summary.isEmpty()) {
            return vector;
        }
        float[] added = vectorOf(summary);
        for (int at = 0; at < vector.length; at++) {
            vector[at] += SUMMARY * added[at];
        }
        return TokenTable.unit(vector);
    }

    @Override
    public ModelId id() {
        return id;
    }

    @Override
    public int maxTokens() {
        return MAX_TOKENS;
    }

    @Override
    public int dimension() {
        return table.dimension();
    }

    @Override
    public void close() {}
}
