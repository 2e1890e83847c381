package dev.sandmill.sandbox.validate;

import dev.sandmill.api.PolicyLevel;
import dev.sandmill.sandbox.syntax.NamePatterns;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// The rules of one language, read from its resource.
///
/// @param fingerprint of the resource: another text is another policy
record Policy(
        String language,
        Level strict,
        Level standard,
        Set<String> allowedImports,
        NamePatterns fileFunctions,
        Set<String> pairFunctions,
        String fingerprint) {

    private static final Level NONE = Level.of(List.of());

    /// The rules that hold at a level.
    ///
    /// @param any what at least one of them is about
    record Level(List<RuleMatcher> rules, RuleMatcher any) {
        static Level of(List<Rule> rules) {
            return new Level(rules.stream().map(RuleMatcher::of).toList(), RuleMatcher.of(Rule.any(rules)));
        }
    }

    private record Document(
            List<Rule> rules, List<String> allowedImports, List<String> fileFunctions, List<String> pairFunctions) {}

    static Policy load(String language) {
        String resource = "policy-" + language + ".yaml";
        byte[] yaml;
        try (InputStream in = Policy.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the policy " + resource + " is missing from the class path");
            }
            yaml = in.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException("the policy " + resource + " cannot be read", broken);
        }
        Document document = YAMLMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .build()
                .readValue(yaml, Document.class);
        List<Rule> standard = document.rules().stream()
                .filter(rule -> rule.level().equals("standard"))
                .toList();
        return new Policy(
                language,
                Level.of(document.rules()),
                Level.of(standard),
                Set.copyOf(document.allowedImports()),
                new NamePatterns(document.fileFunctions()),
                Set.copyOf(document.pairFunctions()),
                sha256(yaml).substring(0, 12));
    }

    Level at(PolicyLevel level) {
        return switch (level) {
            case OFF -> NONE;
            case STANDARD -> standard;
            case STRICT -> strict;
        };
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
    }
}
