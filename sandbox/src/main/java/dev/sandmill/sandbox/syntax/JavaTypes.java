package dev.sandmill.sandbox.syntax;

import com.github.javaparser.ast.CompilationUnit;
import com.github.javaparser.ast.ImportDeclaration;
import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.ClassOrInterfaceDeclaration;
import com.github.javaparser.ast.body.EnumDeclaration;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.TypeDeclaration;
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
    private final Map<String, Set<String>> resolved = new HashMap<>();
    private final Map<String, Set<Node>> owners = new HashMap<>();

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

    /// Every node, each before its children. The parser's own walk moves a list for each node.
    static List<Node> nodes(CompilationUnit tree) {
        List<Node> nodes = new ArrayList<>();
        Deque<Node> waiting = new ArrayDeque<>();
        waiting.push(tree);
        while (!waiting.isEmpty()) {
            Node node = waiting.pop();
            nodes.add(node);
            List<Node> children = node.getChildNodes();
            for (int i = children.size() - 1; i >= 0; i--) {
                waiting.push(children.get(i));
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
        Set<String> paths = new LinkedHashSet<>(staticMembers.getOrDefault(name, Set.of()));
        staticOwners.forEach(owner -> paths.add(owner + "." + name));
        return paths;
    }

    boolean isOwn(String name) {
        return own.byName().containsKey(name);
    }

    /// Everything that a type's simple name may mean at a place; [#OWN] for the program's own.
    Set<String> resolve(String name, Node use) {
        Set<String> outside = resolved.computeIfAbsent(name, this::outside);
        List<Node> declarations = own.byName().getOrDefault(name, List.of());
        if (declarations.isEmpty()) {
            return outside;
        }
        boolean hides = isVisible(owners.computeIfAbsent(name, key -> owners(declarations)), use);
        Set<String> all = new LinkedHashSet<>(Set.of(OWN));
        if (!hides || imported.containsKey(name)) {
            all.addAll(outside);
        }
        return all;
    }

    private static Set<Node> owners(List<Node> declarations) {
        Set<Node> owners = Collections.newSetFromMap(new IdentityHashMap<>());
        declarations.forEach(
                declaration -> owners.add(declaration.getParentNode().orElse(declaration)));
        return owners;
    }

    /// Whether an owner of a declaration is around the use, or is another file of the package without a name.
    private static boolean isVisible(Set<Node> owners, Node use) {
        for (Node around = use; around != null; around = around.getParentNode().orElse(null)) {
            if (owners.contains(around)) {
                return true;
            }
        }
        return owners.stream()
                .anyMatch(owner -> owner instanceof CompilationUnit unit
                        && unit.getPackageDeclaration().isEmpty());
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
