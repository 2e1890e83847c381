package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What simple names of types mean in one Java file: its imports, the types of the whole program, `java.lang`.
final class JavaTypes {
    /// Marks a type or value of the program's own.
    static final String OWN = "%";

    /// Marks the class object of such a type.
    static final String OWN_CLASS = "%class";

    /// What `import module java.base` brings in, as far as programs use it.
    private static final List<String> BASE_MODULE = List.of(
            "java.io",
            "java.lang.foreign",
            "java.lang.invoke",
            "java.lang.reflect",
            "java.math",
            "java.net",
            "java.nio",
            "java.nio.channels",
            "java.nio.charset",
            "java.nio.file",
            "java.security",
            "java.text",
            "java.time",
            "java.time.format",
            "java.util",
            "java.util.concurrent",
            "java.util.function",
            "java.util.regex",
            "java.util.stream",
            "java.net.http",
            "javax.tools");

    private final Map<String, String> imported = new HashMap<>();
    private final List<String> packages = new ArrayList<>();
    private final Map<String, Set<String>> staticMembers = new HashMap<>();
    private final List<String> staticOwners = new ArrayList<>();
    private final OwnTypes own;
    private final PlatformTypes platform;
    private final Map<String, Meanings> resolved = new HashMap<>();

    /// Every type that the program declares.
    record OwnTypes(Map<String, List<JavaNode.DeclaredType>> byName) {
        void add(JavaNode node) {
            if (node instanceof JavaNode.DeclaredType type) {
                byName.computeIfAbsent(type.name(), name -> new ArrayList<>()).add(type);
            }
        }

        /// Whether objects of the program's own types may have their identity as hash code.
        boolean hashesByIdentity() {
            return byName.values().stream().flatMap(List::stream).anyMatch(JavaNode.DeclaredType::hashesByIdentity);
        }
    }

    JavaTypes(OwnTypes own, PlatformTypes platform) {
        this.own = own;
        this.platform = platform;
        packages.add("java.lang");
    }

    void importAll(JavaTree tree) {
        for (JavaNode node : tree.nodes()) {
            if (node instanceof JavaNode.Import statement) {
                add(statement);
            }
        }
        if (tree.isCompact()) {
            packages.addAll(BASE_MODULE);
        }
    }

    private void add(JavaNode.Import statement) {
        if (statement.isModule()) {
            packages.addAll(BASE_MODULE);
        } else if (statement.isStatic()) {
            importStatic(statement.name(), statement.isAsterisk());
        } else {
            importType(statement.name(), statement.isAsterisk());
        }
    }

    private void importType(String name, boolean all) {
        if (all) {
            packages.add(name);
        } else {
            imported.put(last(name), name);
        }
    }

    private void importStatic(String name, boolean all) {
        if (all) {
            staticOwners.add(name);
        } else {
            staticMembers.computeIfAbsent(last(name), member -> new HashSet<>()).add(name);
        }
    }

    /// Full names that a static import may give a member's simple name.
    Set<String> staticMember(String name) {
        if (staticMembers.isEmpty() && staticOwners.isEmpty()) {
            return Set.of();
        }
        Set<String> paths = new LinkedHashSet<>(staticMembers.getOrDefault(name, Set.of()));
        staticOwners.forEach(owner -> paths.add(owner + "." + name));
        return paths;
    }

    boolean isOwn(String name) {
        return own.byName().containsKey(name);
    }

    /// Everything that a type's simple name may mean at a place; [#OWN] for the program's own.
    Value resolve(String name, JavaNode.Scope use) {
        Meanings meanings = resolved.computeIfAbsent(name, this::meanings);
        Set<JavaNode.Scope> owners = meanings.owners();
        for (JavaNode.Scope around = use; !owners.isEmpty() && around != null; around = around.around()) {
            if (owners.contains(around)) {
                return meanings.whereDeclared();
            }
        }
        return meanings.elsewhere();
    }

    /// What a type's simple name means.
    ///
    /// @param owners around whose parts the name means something else; empty where it means the same everywhere
    private record Meanings(Set<JavaNode.Scope> owners, Value whereDeclared, Value elsewhere) {}

    private Meanings meanings(String name) {
        Value outside = Value.NOTHING;
        for (String path : outside(name)) {
            outside = outside.or(Value.outside(path));
        }
        List<JavaNode.DeclaredType> declarations = own.byName().getOrDefault(name, List.of());
        if (declarations.isEmpty()) {
            return new Meanings(Set.of(), outside, outside);
        }
        Value both = JavaEvaluation.OWN.or(outside);
        Value whereDeclared = imported.containsKey(name) ? both : JavaEvaluation.OWN;
        boolean everywhere = declarations.stream().anyMatch(JavaNode.DeclaredType::isEverywhere);
        if (everywhere) {
            return new Meanings(Set.of(), whereDeclared, whereDeclared);
        }
        Set<JavaNode.Scope> owners =
                declarations.stream().map(JavaNode.DeclaredType::around).collect(Collectors.toSet());
        return new Meanings(owners, whereDeclared, both);
    }

    private Set<String> outside(String name) {
        String explicit = imported.get(name);
        if (explicit != null) {
            return Set.of(explicit);
        }
        Set<String> candidates = new LinkedHashSet<>();
        Set<String> existing = new LinkedHashSet<>();
        for (String packageName : packages) {
            candidates.add(packageName + "." + name);
            if (platform.has(packageName, name)) {
                existing.add(packageName + "." + name);
            }
        }
        return existing.isEmpty() ? candidates : existing;
    }

    private static String last(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
