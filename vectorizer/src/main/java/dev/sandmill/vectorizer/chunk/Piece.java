package dev.sandmill.vectorizer.chunk;

/// A range of whole lines that will be a chunk, or part of one.
///
/// @param toLine exclusive
/// @param level how deep the cut before it lies: 0 is the outermost
/// @param standsAlone whether it is a definition that is worth a chunk of its own
record Piece(int fromLine, int toLine, int level, boolean standsAlone) {}
