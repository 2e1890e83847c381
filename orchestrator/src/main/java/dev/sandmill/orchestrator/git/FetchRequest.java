package dev.sandmill.orchestrator.git;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/// What a process is asked to fetch.
///
/// @param mirror the bare repository that it goes into, which nobody else changes meanwhile
/// @param allowedHosts of the [RemotePolicy]
/// @param silence how long the remote may say nothing
/// @param maxBytes of the mirror on disk
record FetchRequest(Path mirror, Remote remote, Set<String> allowedHosts, Duration silence, long maxBytes) {}
