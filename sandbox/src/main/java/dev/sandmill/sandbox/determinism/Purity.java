package dev.sandmill.sandbox.determinism;

import dev.sandmill.sandbox.syntax.NamePatterns;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// What is known of one language's names: which are pure, and why others are not.
record Purity(
        Map<String, NamePatterns> reasons,
        NamePatterns pure,
        NamePatterns partial,
        Map<String, NamePatterns> members,
        NamePatterns handedOn,
        NamePatterns fileFunctions) {

    private record Document(
            Map<String, List<String>> reasons,
            List<String> pure,
            List<String> partial,
            Map<String, List<String>> members,
            List<String> handedOn,
            List<String> fileFunctions) {}

    static Purity load(String language) {
        String resource = "purity-" + language + ".yaml";
        try (InputStream in = Purity.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException(resource + " is missing from the class path");
            }
            Document document = YAMLMapper.builder()
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .build()
                    .readValue(in.readAllBytes(), Document.class);
            return new Purity(
                    patterns(document.reasons()),
                    new NamePatterns(document.pure()),
                    new NamePatterns(document.partial()),
                    patterns(document.members()),
                    new NamePatterns(document.handedOn()),
                    new NamePatterns(document.fileFunctions()));
        } catch (IOException broken) {
            throw new UncheckedIOException(resource + " cannot be read", broken);
        }
    }

    private static Map<String, NamePatterns> patterns(Map<String, List<String>> lists) {
        Map<String, NamePatterns> patterns = new LinkedHashMap<>();
        lists.forEach((reason, names) -> patterns.put(reason, new NamePatterns(names)));
        return patterns;
    }

    /// Why using this name may give another result next time; empty where it does not.
    Optional<String> reason(String path) {
        for (Map.Entry<String, NamePatterns> reason : reasons.entrySet()) {
            if (reason.getValue().covers(path)) {
                return Optional.of(reason.getKey());
            }
        }
        return pure.covers(path) || partial.contains(path) ? Optional.empty() : Optional.of("unknown-import:" + path);
    }

    Optional<String> memberReason(String name) {
        return members.entrySet().stream()
                .filter(entry -> entry.getValue().contains(name))
                .map(Map.Entry::getKey)
                .findFirst();
    }
}
