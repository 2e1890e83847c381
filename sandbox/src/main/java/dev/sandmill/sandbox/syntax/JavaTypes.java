package dev.sandmill.sandbox.syntax;

import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.ImportDeclaration;
import com.github.javaparser.ast.Modifier;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.body.EnumDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
import com.github.javaparser.ast.expr.SimpleName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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

    /// Every type that the program declares, with the nodes that declare one of that name.
    record OwnTypes(Map<String, List<Node>> byName) {
        void add(Node node) {
            if (node instanceof TypeDeclaration<?> type) {
                byName.computeIfAbsent(type.getNameAsString(), name -> new ArrayList<>())
                        .add(type);
            }
        }

        /// Whether objects of the program's own types may have their identity as hash code.
        boolean hashesByIdentity() {
            return byName.values().stream()
                    .flatMap(List::stream)
                    .anyMatch(type -> type instanceof EnumDeclaration
                            || type instanceof ClassOrInterfaceDeclaration declared
                                    && !declared.isInterface()
                                    && !declared.getMethods().stream().allMatch(MethodDeclaration::isStatic)
                                    && declared.getMethodsByName("hashCode").isEmpty());
        }
    }

    /// Every node that can say something, each before its children. The parser's own walk moves a list for each node.
    static List<Node> nodes(CompilationUnit tree) {
        List<Node> nodes = new ArrayList<>();
        Deque<Node> waiting = new ArrayDeque<>();
        waiting.push(tree);
        while (!waiting.isEmpty()) {
            Node node = waiting.pop();
            nodes.add(node);
            List<Node> children = node.getChildNodes();
            for (int i = children.size() - 1; i >= 0; i--) {
                Node child = children.get(i);
                // A third of all nodes, and without children.
                if (!(child instanceof SimpleName || child instanceof Modifier)) {
                    waiting.push(child);
                }
            }
        }
        return nodes;
    }

    JavaTypes(OwnTypes own, PlatformTypes platform) {
        this.own = own;
        this.platform = platform;
        packages.add("java.lang");
    }

    void importAll(CompilationUnit tree) {
        for (ImportDeclaration statement : tree.getImports()) {
            String name = statement.getNameAsString();
            if (statement.isModule()) {
                packages.addAll(BASE_MODULE);
            } else if (statement.isStatic()) {
                importStatic(name, statement.isAsterisk());
            } else {
                importType(name, statement.isAsterisk());
            }
        }
        if (tree.getTypes().stream()
                .anyMatch(type -> type.isClassOrInterfaceDeclaration()
                        && type.asClassOrInterfaceDeclaration().isCompact())) {
            packages.addAll(BASE_MODULE);
        }
    }

    void importType(String name, boolean all) {
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
    Value resolve(String name, Node use) {
        Meanings meanings = resolved.computeIfAbsent(name, this::meanings);
        Set<Node> owners = meanings.owners();
        for (Node around = use;
                !owners.isEmpty() && around != null;
                around = around.getParentNode().orElse(null)) {
            if (owners.contains(around)) {
                return meanings.whereDeclared();
            }
        }
        return meanings.elsewhere();
    }

    /// What a type's simple name means.
    ///
    /// @param owners around whose parts the name means something else; empty where it means the same everywhere
    private record Meanings(Set<Node> owners, Value whereDeclared, Value elsewhere) {}

    private Meanings meanings(String name) {
        Value outside = Value.NOTHING;
        for (String path : outside(name)) {
            outside = outside.or(Value.outside(path));
        }
        List<Node> declarations = own.byName().getOrDefault(name, List.of());
        if (declarations.isEmpty()) {
            return new Meanings(Set.of(), outside, outside);
        }
        Value both = JavaEvaluation.OWN.or(outside);
        Value whereDeclared = imported.containsKey(name) ? both : JavaEvaluation.OWN;
        Set<Node> owners = Collections.newSetFromMap(new IdentityHashMap<>());
        declarations.forEach(
                declaration -> owners.add(declaration.getParentNode().orElse(declaration)));
        // Files of the package without a name see each other's types.
        boolean everywhere = owners.stream()
                .anyMatch(owner -> owner instanceof CompilationUnit unit
                        && unit.getPackageDeclaration().isEmpty());
        return everywhere
                ? new Meanings(Set.of(), whereDeclared, whereDeclared)
                : new Meanings(owners, whereDeclared, both);
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
