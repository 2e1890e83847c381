package dev.sandmill.vectorizer.chunk;

import org.jspecify.annotations.Nullable;

/// Says where a source may be cut. Thread-safe.
interface OutlineSource {
    Answer outline(String language, MeasuredText text);

    /// What came of it.
    sealed interface Answer {
        record Known(Outline outline) implements Answer {}

        /// There is no grammar, or the parser gave up after its steps.
        record None() implements Answer {}

        /// The source ended its parser.
        record Ended(String reason) implements Answer {}
    }

    static Answer of(@Nullable Outline outline) {
        return outline == null ? new Answer.None() : new Answer.Known(outline);
    }
}
