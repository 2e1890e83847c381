package dev.sandmill.sandbox.container;

/// What makes two unused containers interchangeable: the image and the exact limits.
///
/// @param image immutable id
/// @param memoryBytes for programs; init and a warm interpreter come on top
/// @param pids for programs; init and a warm interpreter come on top
/// @param executesFiles whether files of the workspace may be executed, as compiled programs have to be
public record PoolKey(String image, long memoryBytes, int pids, long diskBytes, boolean executesFiles) {}
