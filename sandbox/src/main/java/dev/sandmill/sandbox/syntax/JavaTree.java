package dev.sandmill.sandbox.syntax;

import java.util.List;

/// What a Java file says, each part before its own parts.
///
/// @param isCompact whether its members stand outside of any class
record JavaTree(List<JavaNode> nodes, boolean isCompact) {}
