package dev.sandmill.sandbox.container;

import java.util.Optional;

/// Knows which images are there.
@FunctionalInterface
public interface ImageLookup {
    /// @param id immutable
    /// @param version of the language in it, as the image's label says
    record BuiltImage(String id, String version) {}

    /// @throws ContainerUnavailable when Docker does not answer
    Optional<BuiltImage> find(String reference) throws ContainerUnavailable;
}
