package dev.sandmill.orchestrator.holder;

import java.nio.file.Path;

/// Which index is the pool's, as all processes read it.
///
/// @param index the identity of its folder
/// @param instance of the process that has it
public record HolderRecord(String index, String instance) {
    /// Of a process that has no index.
    public static final HolderRecord NONE = new HolderRecord("", "");

    /// @param folder of an index that belongs to this process
    public static HolderRecord of(Path folder, String instance) {
        return new HolderRecord(IndexIdentity.of(folder), instance);
    }
}
