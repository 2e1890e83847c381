package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// All Java files of a program together: one's types and fields are known to the others.
final class JavaProgram {
    private JavaProgram() {}

    static List<UnitFacts> facts(List<JavaFile> files, PlatformTypes platform) {
        JavaTypes.OwnTypes own = new JavaTypes.OwnTypes(new HashMap<>());
        JavaDeclarations declarations = new JavaDeclarations();
        for (JavaFile file : files) {
            if (file.tree() != null) {
                file.tree().nodes().forEach(own::add);
                file.tree().nodes().forEach(declarations::add);
            }
        }
        List<UnitFacts> facts = new ArrayList<>();
        for (JavaFile file : files) {
            JavaTypes types = new JavaTypes(own, platform);
            JavaTree tree = file.tree();
            if (tree == null) {
                facts.add(new UnitFacts(file.unit(), words(file)));
                continue;
            }
            types.importAll(tree);
            List<Fact> found = new JavaFacts(file, types, new JavaEvaluation(declarations, types)).find(tree.nodes());
            if (own.hashesByIdentity() && found.stream().anyMatch(JavaProgram::isHashed)) {
                found.add(new Fact.Use("identity-hashing", file.at(0)));
            }
            facts.add(new UnitFacts(file.unit(), found));
        }
        return facts;
    }

    /// Whether an order may come from hash codes.
    private static boolean isHashed(Fact fact) {
        return fact instanceof Fact.Use(String path, SyntaxNode _)
                && (path.startsWith("java.util.Hash")
                        || path.startsWith("java.util.stream.Collectors.")
                        || path.startsWith("java.util.concurrent.ConcurrentHashMap"));
    }

    /// The facts of a file that the parser does not understand, from its words alone: each may be a type, and
    /// each after a dot a member of what it began with or of anything. Each is written down where it stands
    /// first.
    private static List<Fact> words(JavaFile file) {
        List<Fact> facts = new ArrayList<>();
        Set<String> packages = new HashSet<>(Set.of("java.lang"));
        Map<String, String> imported = new HashMap<>();
        Set<String> seen = new HashSet<>();
        for (Chain chain : chains(JavaTokens.words(file.text().text()))) {
            String first = chain.names().getFirst();
            if (!chain.isImport() && !seen.add(String.join(".", chain.names()))) {
                continue;
            }
            String name = String.join(".", chain.names());
            if (chain.isImport()) {
                packages.add(name);
                imported.put(chain.names().getLast(), name);
                facts.add(new Fact.Import(name, file.atRead(chain.start())));
                continue;
            }
            Set<String> meanings = new HashSet<>(Set.of(first));
            packages.forEach(owner -> meanings.add(owner + "." + first));
            if (imported.containsKey(first)) {
                meanings.add(imported.get(first));
            }
            SyntaxNode at = file.atRead(chain.start());
            for (String meaning : meanings) {
                facts.add(new Fact.Use(meaning + name.substring(first.length()), at));
                chain.names().forEach(member -> facts.add(new Fact.Use(meaning + "." + member, at)));
            }
            if (name.equals("native")) {
                facts.add(new Fact.Use("native-method", at));
            }
            chain.names().forEach(member -> facts.add(new Fact.Member(member, at)));
        }
        return facts;
    }

    private record Chain(List<String> names, int start, boolean isImport) {}

    private static List<Chain> chains(List<JavaTokens.Word> words) {
        List<Chain> chains = new ArrayList<>();
        boolean afterImport = false;
        for (JavaTokens.Word word : words) {
            if (word.afterDot() && !chains.isEmpty()) {
                chains.getLast().names().add(word.text());
            } else if (word.text().equals("import")
                    || afterImport && word.text().equals("static")) {
                afterImport = true;
            } else {
                chains.add(new Chain(new ArrayList<>(List.of(word.text())), word.start(), afterImport));
                afterImport = false;
            }
        }
        return chains;
    }
}
