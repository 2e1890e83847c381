package dev.sandmill.vectorizer.chunk;

import java.util.List;

/// Where a text may be cut, and what is defined in it.
///
/// @param cutLevels for each line how bad a cut before it is: 0 is between the outermost things
/// @param definitions by their first line, outer before inner
record Outline(int[] cutLevels, List<Definition> definitions) {
    /// From here on levels come from blank lines and indentation, not from syntax.
    static final int FIRST_LAYOUT_LEVEL = 64;

    static final int LEVELS = 128;

    Outline {
        definitions = List.copyOf(definitions);
    }
}
