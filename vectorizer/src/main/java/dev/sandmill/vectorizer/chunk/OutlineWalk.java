package dev.sandmill.vectorizer.chunk;

import dev.sandmill.vectorizer.syntax.SyntaxNode;
import dev.sandmill.vectorizer.syntax.SyntaxTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One walk over a syntax tree that goes only into what is too large for a chunk, and notes where the text may be cut
/// and what is defined. Bounded in depth and in the number of nodes; the rest is left to the layout.
final class OutlineWalk {
    private static final int MAX_DEPTH = Outline.FIRST_LAYOUT_LEVEL - 2;
    private static final int BETWEEN_COMMENT_AND_DEFINITION = Outline.FIRST_LAYOUT_LEVEL - 1;
    private static final int NODES_PER_LINE = 4;
    private static final int NODES_AT_LEAST = 1000;

    private final MeasuredText text;
    private final ChunkLimits limits;
    private final SyntaxTree tree;
    private final int[] levels;
    private final List<Definition> definitions = new ArrayList<>();
    private final Deque<Frame> frames = new ArrayDeque<>();

    OutlineWalk(MeasuredText text, ChunkLimits limits, SyntaxTree tree) {
        this.text = text;
        this.limits = limits;
        this.tree = tree;
        levels = LayoutLevels.of(text, false);
    }

    /// The most that are looked at.
    static long nodesOf(int lines) {
        return (long) NODES_PER_LINE * lines + NODES_AT_LEAST;
    }

    Outline walk() {
        long nodesLeft = nodesOf(text.lines());
        frames.push(new Frame(null, -1));
        boolean more = tree.toFirstChild();
        while (more && nodesLeft-- > 0) {
            Frame inner = visit(tree.node(), frames.element());
            if (inner != null && frames.size() < MAX_DEPTH && tree.toFirstChild()) {
                frames.push(inner);
            } else {
                more = toNext();
            }
        }
        return new Outline(levels, definitions);
    }

    private boolean toNext() {
        while (!tree.toNextSibling()) {
            Frame done = frames.pop();
            if (frames.isEmpty() || !tree.toParent()) {
                return false;
            }
            frames.element().inherit(done);
        }
        return true;
    }

    /// What the node's children are seen in; null to leave them out.
    private @Nullable Frame visit(SyntaxNode node, Frame frame) {
        if (!node.isNamed()) {
            return null;
        }
        SyntaxNode.Extent extent = node.extent();
        int startLine = extent.startLine();
        if (startLine >= text.lines()) {
            return null;
        }
        if (node.leadsToNext()) {
            if (extent.startsItsLine()) {
                frame.lead(extent, levels, frames.size() - 1);
            }
            return null;
        }
        int fromLine = frame.leadsUpTo(startLine) ? frame.leadFrom : startLine;
        boolean fitsWithoutLead = !tooLarge(startLine, extent.endLine());
        if (fromLine < startLine) {
            levels[startLine] = fitsWithoutLead ? frames.size() : BETWEEN_COMMENT_AND_DEFINITION;
        } else if (extent.startsItsLine() && startLine > frame.startLine) {
            levels[fromLine] = Math.min(levels[fromLine], frames.size() - 1);
        }
        frame.leadFrom = -1;
        Definition scope = define(node, fromLine, extent.endLine(), frame.scope);
        Frame inner = new Frame(scope, startLine);
        if (node.wraps()) {
            inner.leadFrom = fromLine;
            inner.leadTo = startLine;
            return inner;
        }
        inner.isModule = scope != frame.scope && scope != null && scope.kind() == ChunkKind.MODULE;
        boolean divisible = !fitsWithoutLead && extent.endLine() - startLine > 1;
        return inner.isModule || frame.isModule || divisible ? inner : null;
    }

    private @Nullable Definition define(SyntaxNode node, int fromLine, int endLine, @Nullable Definition scope) {
        SyntaxNode.Named named = node.named();
        if (named == null) {
            return scope;
        }
        ChunkKind kind = switch (named.kind()) {
            case FUNCTION -> scope != null && scope.kind() == ChunkKind.CLASS ? ChunkKind.METHOD : ChunkKind.FUNCTION;
            case METHOD -> ChunkKind.METHOD;
            case CLASS -> ChunkKind.CLASS;
            case MODULE -> ChunkKind.MODULE;
        };
        String symbol = scope == null ? named.name() : scope.symbol() + "." + named.name();
        Definition definition = new Definition(fromLine, named.line(), endLine, symbol, kind);
        definitions.add(definition);
        return definition;
    }

    private boolean tooLarge(int fromLine, int toLine) {
        return text.tokens(fromLine, toLine) > limits.bodyTokens() || text.chars(fromLine, toLine) > limits.maxChars();
    }

    /// One open node: what it defines, and the comments and annotations that wait for what they belong to.
    private static final class Frame {
        private final @Nullable Definition scope;
        private final int startLine;
        private boolean isModule;
        private int leadFrom = -1;
        private int leadTo = -1;

        Frame(@Nullable Definition scope, int startLine) {
            this.scope = scope;
            this.startLine = startLine;
        }

        boolean leadsUpTo(int line) {
            return leadFrom >= 0 && line <= leadTo;
        }

        void lead(SyntaxNode.Extent comment, int[] levels, int level) {
            if (!leadsUpTo(comment.startLine())) {
                leadFrom = comment.startLine();
                levels[leadFrom] = Math.min(levels[leadFrom], level);
            }
            leadTo = comment.endLine();
        }

        /// Takes over what an inner node ended with and nothing in it claimed, as Kotlin's imports do with the comment
        /// of the class after them.
        void inherit(Frame inner) {
            if (inner.leadFrom > inner.startLine) {
                leadFrom = inner.leadFrom;
                leadTo = inner.leadTo;
            }
        }
    }
}
