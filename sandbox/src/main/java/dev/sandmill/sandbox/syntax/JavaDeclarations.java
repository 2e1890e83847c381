package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Everything that the files of one program declare.
record JavaDeclarations(
        Map<String, List<JavaNode.Variable>> variables,
        Map<String, List<JavaNode.Type>> methods,
        Set<String> typeParameters) {
    JavaDeclarations() {
        this(new HashMap<>(), new HashMap<>(), new HashSet<>());
    }

    void add(JavaNode node) {
        switch (node) {
            case JavaNode.Variable variable ->
                variables
                        .computeIfAbsent(variable.name(), name -> new ArrayList<>())
                        .add(variable);
            case JavaNode.Method method ->
                methods.computeIfAbsent(method.name(), name -> new ArrayList<>())
                        .add(method.type());
            case JavaNode.TypeParameter parameter -> typeParameters.add(parameter.name());
            default -> {}
        }
    }
}
