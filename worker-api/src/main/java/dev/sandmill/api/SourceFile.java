package dev.sandmill.api;

/// One file of a program.
///
/// @param path relative, `/`-separated, without `.` or `..` segments; checked by whoever reads the request
public record SourceFile(String path, Content content) {}
