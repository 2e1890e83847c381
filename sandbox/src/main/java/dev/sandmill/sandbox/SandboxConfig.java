package dev.sandmill.sandbox;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/// Which Docker to use and how much of it.
///
/// @param instance names this process's containers, so that those of a crashed predecessor can be told and removed
/// @param dockerHost `unix://` or `tcp://`
/// @param images the folder with one sub-folder per language, each with its `language.yaml`
/// @param imageTag the tag of the languages' images, `sandmill/LANGUAGE:TAG`
/// @param seccompProfile the profile's JSON file
/// @param slots programs that run at a time
/// @param poolSize started containers kept ready per language that has a warm interpreter or was asked for
/// @param runtime Docker runtime, for instance `runsc`; empty is Docker's default
public record SandboxConfig(
        String instance,
        URI dockerHost,
        Path images,
        String imageTag,
        Path seccompProfile,
        int slots,
        int poolSize,
        Optional<String> runtime) {
    public SandboxConfig {
        if (slots < 1 || poolSize < 0) {
            throw new IllegalArgumentException(
                    "slots has to be at least 1 and poolSize at least 0, not " + slots + " and " + poolSize);
        }
    }
}
