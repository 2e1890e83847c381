package dev.sandmill.sandbox.run;

import dev.sandmill.sandbox.container.ContainerUnavailable;
import dev.sandmill.sandbox.container.ImageLookup;
import dev.sandmill.sandbox.container.ImageLookup.BuiltImage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The languages that programs may be written in: one folder each, and one image each. Which image is current is
/// asked again by [#inDemand()], so that a rebuilt one is used without a restart and no request waits for the answer.
/// Thread-safe.
public final class Languages {
    private static final Duration IMAGE_FRESHNESS = Duration.ofSeconds(60);

    /// @param image null where there is none
    private record Known(@Nullable BuiltImage image, long atNanos) {}

    private final Map<String, LanguageDefinition> byName = new TreeMap<>();
    private final Map<String, LanguageDefinition> byNameOrAlias = new TreeMap<>();
    private final Map<String, Known> images = new ConcurrentHashMap<>();
    private final Set<String> asked = ConcurrentHashMap.newKeySet();
    private final ImageLookup lookup;
    private final String imageTag;

    /// @param folder one sub-folder per language, each with its `language.yaml`
    /// @param imageTag the tag of their images
    /// @throws IllegalArgumentException naming the file that is missing or wrong
    public Languages(Path folder, String imageTag, ImageLookup lookup) {
        this.lookup = lookup;
        this.imageTag = imageTag;
        YAMLMapper yaml = YAMLMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .build();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isDirectory)) {
            for (Path language : files) {
                add(read(yaml, language.resolve("language.yaml")));
            }
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("the folder of languages " + folder + " cannot be read", unreadable);
        }
        if (byName.isEmpty()) {
            throw new IllegalArgumentException("no language in " + folder);
        }
    }

    private static LanguageDefinition read(YAMLMapper yaml, Path file) {
        try {
            return yaml.readValue(file.toFile(), LanguageDefinition.class);
        } catch (JacksonException wrong) {
            throw new IllegalArgumentException(file + ": " + wrong.getMessage(), wrong);
        }
    }

    private void add(LanguageDefinition language) {
        byName.put(language.name(), language);
        List<String> names = new ArrayList<>(language.aliases());
        names.add(language.name());
        for (String name : names) {
            LanguageDefinition other = byNameOrAlias.put(name, language);
            if (other != null) {
                throw new IllegalArgumentException(
                        name + " names two languages, " + other.name() + " and " + language.name());
            }
        }
    }

    /// @throws InvalidProgram when no language has that name or alias
    public InstalledLanguage find(String nameOrAlias) throws InvalidProgram, ContainerUnavailable {
        LanguageDefinition language = byNameOrAlias.get(nameOrAlias);
        if (language == null) {
            throw new InvalidProgram("language \"" + shortened(nameOrAlias) + "\" is not known; there are "
                    + String.join(", ", byName.keySet()));
        }
        asked.add(language.name());
        return installed(language)
                .orElseThrow(() -> new ContainerUnavailable(
                        "the image " + reference(language) + " is not built; run ./sandmill up", null));
    }

    /// The names of those that have sessions.
    public List<String> keepingState() {
        return byName.values().stream()
                .filter(LanguageDefinition::keepsState)
                .map(LanguageDefinition::name)
                .toList();
    }

    /// Those whose image is there, by name.
    public List<InstalledLanguage> all() throws ContainerUnavailable {
        List<InstalledLanguage> all = new ArrayList<>();
        for (LanguageDefinition language : byName.values()) {
            installed(language).ifPresent(all::add);
        }
        return all;
    }

    /// Those that are worth a container before the next program comes: the warm ones, and those that programs of this
    /// process were written in. Asks for every image anew; to be called more often than once a minute.
    public List<InstalledLanguage> inDemand() throws ContainerUnavailable {
        for (LanguageDefinition language : byName.values()) {
            look(language);
        }
        return all().stream()
                .filter(language -> language.isWarm() || asked.contains(language.name()))
                .toList();
    }

    private Optional<InstalledLanguage> installed(LanguageDefinition language) throws ContainerUnavailable {
        Known known = images.get(language.name());
        BuiltImage image = known != null && System.nanoTime() - known.atNanos() < IMAGE_FRESHNESS.toNanos()
                ? known.image()
                : look(language);
        return Optional.ofNullable(image).map(there -> new InstalledLanguage(language, there));
    }

    private @Nullable BuiltImage look(LanguageDefinition language) throws ContainerUnavailable {
        BuiltImage found = lookup.find(reference(language)).orElse(null);
        images.put(language.name(), new Known(found, System.nanoTime()));
        return found;
    }

    private String reference(LanguageDefinition language) {
        return "sandmill/" + language.name() + ":" + imageTag;
    }

    private static String shortened(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }
}
