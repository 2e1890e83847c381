package dev.sandmill.vectorizer.chunk;

/// A named function, class or the like.
///
/// @param fromLine with the comments and annotations before it
/// @param nameLine where its name stands
/// @param toLine exclusive
/// @param symbol qualified: `ContainerPool.lease`
record Definition(int fromLine, int nameLine, int toLine, String symbol, ChunkKind kind) {}
