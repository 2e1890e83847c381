package dev.sandmill.api;

/// One place in a program that its policy refuses.
///
/// @param rule the rule's stable name, for instance `python/process-creation`
/// @param line from 1
/// @param column from 1, in characters
public record Violation(String rule, String path, int line, int column, String message) {}
