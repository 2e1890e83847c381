package dev.sandmill.sandbox.syntax;

import com.github.javaparser.ast.Node;
import com.github.javaparser.ast.body.MethodDeclaration;
import com.github.javaparser.ast.body.Parameter;
import com.github.javaparser.ast.body.VariableDeclarator;
import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.Expression;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.TypePatternExpr;
import com.github.javaparser.ast.type.Type;
import com.github.javaparser.ast.type.TypeParameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Everything that the files of one program declare.
record JavaDeclarations(
        Map<String, List<Variable>> variables, Map<String, List<Type>> methods, Set<String> typeParameters) {
    JavaDeclarations() {
        this(new HashMap<>(), new HashMap<>(), new HashSet<>());
    }

    void add(Node node) {
        switch (node) {
            case VariableDeclarator variable ->
                add(
                        variable.getNameAsString(),
                        variable.getType(),
                        variable.getInitializer().orElse(null));
            case Parameter parameter -> add(parameter.getNameAsString(), parameter.getType(), null);
            case TypePatternExpr pattern -> add(pattern.getNameAsString(), pattern.getType(), null);
            case AssignExpr assignment
            when assignment.getTarget() instanceof NameExpr name ->
                add(name.getNameAsString(), null, assignment.getValue());
            case AssignExpr assignment
            when assignment.getTarget() instanceof FieldAccessExpr field ->
                add(field.getNameAsString(), null, assignment.getValue());
            case MethodDeclaration method ->
                methods.computeIfAbsent(method.getNameAsString(), name -> new ArrayList<>())
                        .add(method.getType());
            case TypeParameter parameter -> typeParameters.add(parameter.getNameAsString());
            default -> {}
        }
    }

    private void add(String name, @Nullable Type type, @Nullable Expression value) {
        variables.computeIfAbsent(name, key -> new ArrayList<>()).add(new Variable(type, value));
    }

    /// A variable's declared type, null where it has none, and something that it is set to.
    record Variable(@Nullable Type type, @Nullable Expression value) {}
}
