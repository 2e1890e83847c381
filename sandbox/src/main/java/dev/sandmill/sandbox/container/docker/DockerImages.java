package dev.sandmill.sandbox.container.docker;

import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.ContainerConfig;
import dev.sandmill.sandbox.container.ContainerUnavailable;
import dev.sandmill.sandbox.container.ImageLookup;
import java.util.Map;
import java.util.Optional;

/// The images of a Docker Engine.
public final class DockerImages implements ImageLookup {
    private static final String VERSION_LABEL = "dev.sandmill.version";

    private final DockerConnection docker;

    public DockerImages(DockerConnection docker) {
        this.docker = docker;
    }

    @Override
    public Optional<BuiltImage> find(String reference) throws ContainerUnavailable {
        try {
            InspectImageResponse image =
                    docker.client().inspectImageCmd(reference).exec();
            ContainerConfig config = image.getConfig();
            Map<String, String> labels = config == null || config.getLabels() == null ? Map.of() : config.getLabels();
            String id = image.getId();
            return id == null
                    ? Optional.empty()
                    : Optional.of(new BuiltImage(id, labels.getOrDefault(VERSION_LABEL, "unknown")));
        } catch (NotFoundException absent) {
            return Optional.empty();
        } catch (RuntimeException away) {
            throw new ContainerUnavailable("Docker does not answer: " + DockerConnection.reason(away), away);
        }
    }
}
