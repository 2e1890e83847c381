package dev.sandmill.sandbox.container.docker;

import com.github.dockerjava.api.model.Container;
import java.util.List;
import java.util.Map;

/// Removes the containers that a crashed predecessor of this process left, by their label.
public final class OrphanReaper {
    static final String INSTANCE_LABEL = "dev.sandmill.instance";

    private final DockerConnection docker;

    public OrphanReaper(DockerConnection docker) {
        this.docker = docker;
    }

    /// Kills and removes every container of the instance.
    ///
    /// @return how many there were
    /// @throws RuntimeException when Docker does not answer
    public int reap(String instance) {
        List<Container> orphans = docker.client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(Map.of(INSTANCE_LABEL, instance))
                .exec();
        orphans.forEach(orphan -> docker.remove(orphan.getId()));
        return orphans.size();
    }
}
