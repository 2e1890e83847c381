package dev.sandmill.vectorizer.chunk;

import dev.sandmill.vectorizer.syntax.Grammars;
import dev.sandmill.vectorizer.syntax.SyntaxTree;
import java.util.List;
import java.util.Optional;

/// Cuts source code between its statements, functions and classes. Empty where the language has no grammar or the
/// parser gives up.
final class SyntaxChunker {
    private final Grammars grammars;
    private final Assembly assembly;
    private final ChunkLimits limits;
    private final TokenCounter tokenCounter;

    SyntaxChunker(Grammars grammars, Assembly assembly, ChunkLimits limits, TokenCounter tokenCounter) {
        this.grammars = grammars;
        this.assembly = assembly;
        this.limits = limits;
        this.tokenCounter = tokenCounter;
    }

    Optional<List<Chunk>> chunk(String language, String text) {
        // Lines are all that is taken from the tree, and both texts have the same lines: line ends cannot matter.
        // To the parser a NUL would be the end.
        String uniform = text.replace("\r\n", "\n").replace('\0', ' ');
        try (SyntaxTree tree = grammars.parse(language, uniform).orElse(null)) {
            if (tree == null) {
                return Optional.empty();
            }
            MeasuredText measured = MeasuredText.of(text, tokenCounter);
            Outline outline = new OutlineWalk(measured, limits, tree).walk();
            return Optional.of(assembly.assemble(measured, outline));
        }
    }
}
