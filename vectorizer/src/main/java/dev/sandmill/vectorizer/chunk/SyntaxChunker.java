package dev.sandmill.vectorizer.chunk;

import dev.sandmill.vectorizer.chunk.OutlineSource.Answer;
import java.util.List;

/// Cuts source code between its statements, functions and classes, or by lines where nothing is known of them.
final class SyntaxChunker {
    private final OutlineSource outlines;
    private final Assembly assembly;
    private final TokenCounter tokenCounter;

    SyntaxChunker(OutlineSource outlines, Assembly assembly, TokenCounter tokenCounter) {
        this.outlines = outlines;
        this.assembly = assembly;
        this.tokenCounter = tokenCounter;
    }

    Cut cut(String language, String text) {
        MeasuredText measured = MeasuredText.of(text, tokenCounter);
        return switch (outlines.outline(language, measured)) {
            case Answer.Known(Outline outline) -> new Cut(assembly.assemble(measured, outline), null);
            case Answer.None nothingKnown -> byLines(measured, null);
            case Answer.Ended(String reason) -> byLines(measured, reason);
        };
    }

    private Cut byLines(MeasuredText measured, @org.jspecify.annotations.Nullable String reason) {
        Outline layout = new Outline(LayoutLevels.of(measured, false), List.of());
        return new Cut(assembly.assemble(measured, layout), reason);
    }
}
