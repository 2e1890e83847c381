package dev.sandmill.orchestrator.git;

import java.nio.file.Path;
import java.time.Duration;

/// Where mirrors live and how much a remote may cost.
///
/// @param directory one sub-folder for each mirror
/// @param silence how long a remote may say nothing
/// @param deadline of one fetch as a whole
/// @param maxBytes of one mirror on disk
public record MirrorConfig(Path directory, Duration silence, Duration deadline, long maxBytes) {
    public MirrorConfig {
        if (!silence.isPositive() || !deadline.isPositive() || maxBytes < 1) {
            throw new IllegalArgumentException("silence, deadline and maxBytes have to be positive");
        }
    }

    public static MirrorConfig in(Path directory) {
        return new MirrorConfig(directory, Duration.ofSeconds(60), Duration.ofMinutes(15), 8L << 30);
    }
}
