package dev.sandmill.sandbox.container.docker;

import com.github.dockerjava.api.model.Container;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Removes the containers that nobody uses: those of a crashed predecessor, told by their labels, and those of this
/// process that it does not know or could not remove while Docker was away. For one thread.
public final class OrphanReaper {
    private final DockerConnection docker;
    private final Ownership owner;
    private final Predicate<String> isInUse;
    private Set<String> suspects = Set.of();

    /// @param isInUse whether this process still means to use its container with that id
    public OrphanReaper(DockerConnection docker, Ownership owner, Predicate<String> isInUse) {
        this.docker = docker;
        this.owner = owner;
        this.isInUse = isInUse;
    }

    /// Kills and removes what other processes of the instance left, and those containers of this process that were not
    /// in use at the last call either: a container that is being made has an id before its maker knows it.
    ///
    /// @return how many were removed
    /// @throws RuntimeException when Docker does not answer
    public int reap() {
        Set<String> unused = new HashSet<>();
        int removed = 0;
        for (Container container : ofTheInstance()) {
            String id = container.getId();
            boolean foreign = owner.isOfAnotherProcess(labels(container));
            if (foreign || suspects.contains(id) && !isInUse.test(id)) {
                docker.remove(id);
                removed++;
            } else if (!isInUse.test(id)) {
                unused.add(id);
            }
        }
        suspects = Set.copyOf(unused);
        return removed;
    }

    /// Kills and removes every container of the instance; for the end of the process.
    ///
    /// @throws RuntimeException when Docker does not answer
    public void reapAll() {
        ofTheInstance().forEach(container -> docker.remove(container.getId()));
    }

    private List<Container> ofTheInstance() {
        return docker.client()
                .listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(owner.instanceLabel())
                .exec();
    }

    private static Map<String, String> labels(Container container) {
        return container.getLabels() == null ? Map.of() : container.getLabels();
    }
}
