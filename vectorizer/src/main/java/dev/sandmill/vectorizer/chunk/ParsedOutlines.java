package dev.sandmill.vectorizer.chunk;

import dev.sandmill.vectorizer.syntax.Grammars;
import dev.sandmill.vectorizer.syntax.SyntaxTree;

/// Outlines by parsing in this process, which a scanner that crashes would take along.
final class ParsedOutlines implements OutlineSource {
    private final Grammars grammars;
    private final ChunkLimits limits;

    ParsedOutlines(Grammars grammars, ChunkLimits limits) {
        this.grammars = grammars;
        this.limits = limits;
    }

    @Override
    public Answer outline(String language, MeasuredText text) {
        // Lines are all that is taken from the tree, and both texts have the same lines: line ends cannot matter.
        // To the parser a NUL would be the end.
        String uniform = text.text().replace("\r\n", "\n").replace('\0', ' ');
        try (SyntaxTree tree = grammars.parse(language, uniform).orElse(null)) {
            return OutlineSource.of(tree == null ? null : new OutlineWalk(text, limits, tree).walk());
        }
    }
}
