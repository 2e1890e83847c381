package dev.sandmill.vectorizer.chunk;

import dev.sandmill.vectorizer.syntax.Grammars;
import java.util.List;
import java.util.Optional;

/// The chunker for every language: at syntax where a grammar is known and the text can be parsed, else by lines.
/// Thread-safe; one is enough for a process.
public final class Chunkers implements Chunker {
    private static final String VERSION = "chunker-1";

    private final Grammars grammars;
    private final SyntaxChunker syntaxChunker;
    private final LineChunker lineChunker;
    private final String chunkerId;

    public Chunkers(ChunkLimits limits, TokenCounter tokenCounter) {
        grammars = new Grammars();
        Assembly assembly = new Assembly(limits, tokenCounter);
        syntaxChunker = new SyntaxChunker(grammars, assembly, limits, tokenCounter);
        lineChunker = new LineChunker(assembly, tokenCounter);
        chunkerId = Fingerprint.ofFields(VERSION, NormalisedText.RULES, grammars.versions(), limits.toString())
                .substring(0, 16);
    }

    @Override
    public List<Chunk> chunk(String language, String text) {
        Optional<List<Chunk>> atSyntax =
                grammars.knows(language) ? syntaxChunker.chunk(language, text) : Optional.empty();
        return atSyntax.orElseGet(() -> lineChunker.chunk(language, text));
    }

    /// Changes whenever the same text could be cut differently: version, grammars, limits. For cache keys, together
    /// with the name of the model that counts the tokens.
    public String chunkerId() {
        return chunkerId;
    }
}
