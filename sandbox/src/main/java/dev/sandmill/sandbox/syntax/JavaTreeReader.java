package dev.sandmill.sandbox.syntax;

import com.sun.source.tree.CaseTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.DeconstructionPatternTree;
import com.sun.source.tree.ExpressionStatementTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.ForLoopTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.InstanceOfTree;
import com.sun.source.tree.LambdaExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.StatementTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeParameterTree;
import com.sun.source.tree.VariableTree;
import dev.sandmill.sandbox.syntax.JavaNode.Expression;
import dev.sandmill.sandbox.syntax.JavaNode.Role;
import java.util.List;
import java.util.function.ToIntFunction;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;

/// Reads the compiler's tree of one file: its declarations and statements, patterns, and with them all the rest.
final class JavaTreeReader extends JavaExpressions {
    private static final int NOT_WRITTEN = -1;

    private boolean isCompact;

    private JavaTreeReader(ToIntFunction<Tree> positions) {
        super(positions);
    }

    static JavaTree read(CompilerParser.Parsed parsed) {
        JavaTreeReader reader = new JavaTreeReader(parsed.position());
        reader.unit(parsed.unit());
        return new JavaTree(reader.nodes, reader.isCompact);
    }

    private void unit(CompilationUnitTree unit) {
        scan(unit.getPackageAnnotations(), Role.HANDED_ON);
        unit.getImports().forEach(this::imported);
        for (Tree declaration : unit.getTypeDecls()) {
            if (declaration instanceof ClassTree type) {
                // Files of the package without a name see each other's types.
                declared(type, place, unit.getPackage() == null);
            }
        }
    }

    private void imported(ImportTree tree) {
        String name = dotted(tree.getQualifiedIdentifier());
        boolean isAsterisk = name.endsWith(".*");
        nodes.add(new JavaNode.Import(
                isAsterisk ? name.substring(0, name.length() - 2) : name,
                tree.isStatic(),
                isAsterisk,
                tree.isModule(),
                position(tree)));
    }

    /// A type inside of a method.
    @Override
    public @Nullable Expression visitClass(ClassTree tree, Role role) {
        declared(tree, null, false);
        return null;
    }

    /// @param around null for itself alone
    private void declared(ClassTree tree, JavaNode.@Nullable Scope around, boolean isEverywhere) {
        JavaNode.Scope outside = place;
        place = new JavaNode.Scope(outside);
        ModifiersTree modifiers = tree.getModifiers();
        boolean isImplicit = modifiers.getFlags().contains(Modifier.FINAL) && position(modifiers) == NOT_WRITTEN;
        isCompact |= isImplicit;
        // An implicit class is called after its file; nobody says its name.
        String name = isImplicit ? "" : tree.getSimpleName().toString();
        nodes.add(
                new JavaNode.DeclaredType(name, around == null ? place : around, isEverywhere, hashesByIdentity(tree)));
        scan(modifiers, Role.HANDED_ON);
        scan(tree.getTypeParameters(), Role.HANDED_ON);
        if (tree.getExtendsClause() != null) {
            type(tree.getExtendsClause());
        }
        tree.getImplementsClause().forEach(this::type);
        tree.getPermitsClause().forEach(this::type);
        members(tree);
        place = outside;
    }

    private static boolean hashesByIdentity(ClassTree tree) {
        if (tree.getKind() != Tree.Kind.CLASS) {
            return tree.getKind() == Tree.Kind.ENUM;
        }
        boolean hasMethods = false;
        for (Tree member : tree.getMembers()) {
            if (member instanceof MethodTree method && method.getReturnType() != null) {
                if (method.getName().contentEquals("hashCode")) {
                    return false;
                }
                hasMethods |= !method.getModifiers().getFlags().contains(Modifier.STATIC);
            }
        }
        return hasMethods;
    }

    @Override
    void members(ClassTree tree) {
        for (Tree member : tree.getMembers()) {
            switch (member) {
                case ClassTree type -> declared(type, place, false);
                case MethodTree method -> method(method, tree.getKind() == Tree.Kind.ANNOTATION_TYPE);
                case VariableTree constant
                when tree.getKind() == Tree.Kind.ENUM && isConstant(constant) -> constant(constant);
                default -> scan(member, Role.HANDED_ON);
            }
        }
    }

    /// The compiler gives a constant its enum as the type and as what is created, both where the constant's name
    /// stands.
    private boolean isConstant(VariableTree tree) {
        return tree.getType() != null
                && tree.getInitializer() instanceof NewClassTree creation
                && startOf(tree.getType()) == startOf(creation.getIdentifier());
    }

    private void constant(VariableTree tree) {
        JavaNode.Scope around = place;
        place = new JavaNode.Scope(around);
        scan(tree.getModifiers(), Role.HANDED_ON);
        if (tree.getInitializer() instanceof NewClassTree creation) {
            scan(creation.getArguments(), Role.HANDED_ON);
            if (creation.getClassBody() != null) {
                members(creation.getClassBody());
            }
        }
        place = around;
    }

    private void method(MethodTree tree, boolean inAnnotation) {
        scan(tree.getModifiers(), Role.HANDED_ON);
        scan(tree.getTypeParameters(), Role.HANDED_ON);
        // A constructor has none.
        if (tree.getReturnType() != null) {
            JavaNode.Type type = type(tree.getReturnType());
            boolean isNative = tree.getModifiers().getFlags().contains(Modifier.NATIVE);
            if (!inAnnotation) {
                nodes.add(
                        new JavaNode.Method(tree.getName().toString(), type, isNative, position(tree.getModifiers())));
            }
        }
        if (tree.getReceiverParameter() != null) {
            scan(tree.getReceiverParameter().getModifiers(), Role.HANDED_ON);
            type(tree.getReceiverParameter().getType());
        }
        scan(tree.getParameters(), Role.HANDED_ON);
        tree.getThrows().forEach(this::type);
        scan(tree.getDefaultValue(), Role.HANDED_ON);
        scan(tree.getBody(), Role.HANDED_ON);
    }

    @Override
    public @Nullable Expression visitTypeParameter(TypeParameterTree tree, Role role) {
        nodes.add(new JavaNode.TypeParameter(tree.getName().toString()));
        scan(tree.getAnnotations(), Role.HANDED_ON);
        tree.getBounds().forEach(this::type);
        return null;
    }

    @Override
    public @Nullable Expression visitExpressionStatement(ExpressionStatementTree tree, Role role) {
        scan(tree.getExpression(), Role.FOLLOWED);
        return null;
    }

    @Override
    public @Nullable Expression visitForLoop(ForLoopTree tree, Role role) {
        parts(tree.getInitializer());
        scan(tree.getCondition(), Role.HANDED_ON);
        parts(tree.getUpdate());
        scan(tree.getStatement(), Role.HANDED_ON);
        return null;
    }

    private void parts(List<? extends StatementTree> statements) {
        for (StatementTree statement : statements) {
            scan(
                    statement instanceof ExpressionStatementTree expression ? expression.getExpression() : statement,
                    Role.HANDED_ON);
        }
    }

    @Override
    public @Nullable Expression visitCase(CaseTree tree, Role role) {
        scan(tree.getLabels(), Role.HANDED_ON);
        scan(tree.getGuard(), Role.HANDED_ON);
        if (tree.getBody() == null) {
            scan(tree.getStatements(), Role.HANDED_ON);
        } else {
            scan(tree.getBody(), tree.getBody() instanceof ExpressionTree ? Role.FOLLOWED : Role.HANDED_ON);
        }
        return null;
    }

    @Override
    public @Nullable Expression visitDeconstructionPattern(DeconstructionPatternTree tree, Role role) {
        type(tree.getDeconstructor());
        scan(tree.getNestedPatterns(), Role.HANDED_ON);
        return null;
    }

    @Override
    public @Nullable Expression visitInstanceOf(InstanceOfTree tree, Role role) {
        Expression asked = expression(tree.getExpression(), Role.HANDED_ON);
        if (tree.getPattern() == null) {
            type(tree.getType());
        } else {
            scan(tree.getPattern(), Role.HANDED_ON);
        }
        return new JavaNode.Constant(JavaEvaluation.OWN, asked.start());
    }

    @Override
    public @Nullable Expression visitLambdaExpression(LambdaExpressionTree tree, Role role) {
        scan(tree.getParameters(), Role.HANDED_ON);
        boolean isExpression = tree.getBodyKind() == LambdaExpressionTree.BodyKind.EXPRESSION;
        scan(tree.getBody(), isExpression ? Role.FOLLOWED : Role.HANDED_ON);
        return null;
    }

    @Override
    public @Nullable Expression visitSwitchExpression(SwitchExpressionTree tree, Role role) {
        return super.visitSwitchExpression(tree, Role.HANDED_ON);
    }
}
