package dev.sandmill.vectorizer.chunk;

import dev.sandmill.vectorizer.syntax.Grammars;
import java.util.List;

/// The chunker for every language: at syntax where a grammar is known and the text can be parsed, else by lines.
/// Thread-safe; one is enough for a process.
public final class Chunkers implements Chunker {
    private static final String VERSION = "chunker-1";

    private final Grammars grammars;
    private final SyntaxChunker syntaxChunker;
    private final LineChunker lineChunker;
    private final String chunkerId;

    /// Parses in this process: for texts that one knows.
    public Chunkers(ChunkLimits limits, TokenCounter tokenCounter) {
        this(limits, tokenCounter, new ParsedOutlines(new Grammars(), limits));
    }

    private Chunkers(ChunkLimits limits, TokenCounter tokenCounter, OutlineSource outlines) {
        grammars = new Grammars();
        Assembly assembly = new Assembly(limits, tokenCounter);
        syntaxChunker = new SyntaxChunker(outlines, assembly, tokenCounter);
        lineChunker = new LineChunker(assembly, tokenCounter);
        chunkerId = Fingerprint.ofFields(VERSION, NormalisedText.RULES, grammars.versions(), limits.toString())
                .substring(0, 16);
    }

    /// Parses in other processes: for texts of anybody.
    public static Chunkers confined(ChunkLimits limits, TokenCounter tokenCounter, OutlineProcesses processes) {
        return new Chunkers(limits, tokenCounter, processes);
    }

    @Override
    public List<Chunk> chunk(String language, String text) {
        return cut(language, text).chunks();
    }

    @Override
    public Cut cut(String language, String text) {
        return grammars.knows(language)
                ? syntaxChunker.cut(language, text)
                : new Cut(lineChunker.chunk(language, text), null);
    }

    /// Changes whenever the same text could be cut differently: version, grammars, limits. For cache keys, together
    /// with the name of the model that counts the tokens.
    public String chunkerId() {
        return chunkerId;
    }
}
