package dev.sandmill.orchestrator.git;

import java.nio.file.Path;

/// Where a repository comes from, checked by [RemotePolicy]. Holds no credentials.
public sealed interface Remote {
    /// As it is stored and shown.
    String url();

    /// A folder on this host.
    record Local(Path path) implements Remote {
        @Override
        public String url() {
            return path.toString();
        }
    }

    /// A host on a network.
    record Network(String url, String host) implements Remote {}
}
