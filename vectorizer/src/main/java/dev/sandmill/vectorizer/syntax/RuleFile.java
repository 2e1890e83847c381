package dev.sandmill.vectorizer.syntax;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The node types of all grammars, as `node-rules.txt` lists them.
final class RuleFile {
    private static final String RESOURCE = "node-rules.txt";

    private RuleFile() {}

    /// By language, then by node type.
    static Map<String, Map<String, NodeRules.Rule>> read() {
        Map<String, Map<String, NodeRules.Rule>> rules = new HashMap<>();
        for (String line : lines()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] columns = line.strip().split(" +");
            if (columns.length < 3 || columns.length > 4) {
                throw new IllegalStateException(RESOURCE + ": a line has 3 or 4 columns, not: " + line);
            }
            Naming naming = columns.length == 4 ? Naming.valueOf(columns[3].toUpperCase(Locale.ROOT)) : Naming.NAME;
            for (String language : columns[0].split(",")) {
                rules.computeIfAbsent(language, unused -> new HashMap<>()).put(columns[2], rule(columns[1], naming));
            }
        }
        return rules;
    }

    private static NodeRules.Rule rule(String role, Naming naming) {
        return switch (role) {
            case "wraps" -> new NodeRules.Rule(true, false, true, null, naming);
            case "leads" -> new NodeRules.Rule(true, true, false, null, naming);
            default ->
                new NodeRules.Rule(true, false, false, DefinitionKind.valueOf(role.toUpperCase(Locale.ROOT)), naming);
        };
    }

    private static List<String> lines() {
        try (InputStream in = RuleFile.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the resource " + RESOURCE + " is missing from this build");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
    }
}
