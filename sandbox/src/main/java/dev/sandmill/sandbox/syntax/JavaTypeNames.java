package dev.sandmill.sandbox.syntax;

import com.sun.source.tree.AnnotatedTypeTree;
import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ArrayTypeTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.IntersectionTypeTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.ModifiersTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.PrimitiveTypeTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnionTypeTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.tree.WildcardTree;
import com.sun.source.util.TreeScanner;
import dev.sandmill.sandbox.syntax.JavaNode.Expression;
import dev.sandmill.sandbox.syntax.JavaNode.Role;
import dev.sandmill.sandbox.syntax.JavaNode.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import javax.lang.model.type.TypeKind;
import org.jspecify.annotations.Nullable;

/// Reads the types, annotations and variables of the compiler's tree.
abstract class JavaTypeNames extends TreeScanner<@Nullable Expression, Role> {
    /// Where a node will stand.
    static final JavaNode NOTHING_YET = new Type.Other();

    private static final Type PRIMITIVE = new Type.Primitive();
    private static final Type INFERRED = new Type.Inferred();
    private static final Type OTHER = new Type.Other();

    final List<JavaNode> nodes = new ArrayList<>();

    /// What surrounds the part that is read.
    JavaNode.Scope place = new JavaNode.Scope(null);

    /// What `int a, b[]` says once for both.
    record Shared(
            @Nullable ModifiersTree modifiers, @Nullable Tree element, Type type) {}

    private Shared shared = new Shared(null, null, OTHER);

    private final ToIntFunction<Tree> positions;

    JavaTypeNames(ToIntFunction<Tree> positions) {
        this.positions = positions;
    }

    int position(Tree tree) {
        return positions.applyAsInt(tree);
    }

    abstract void members(ClassTree tree);

    abstract Expression expression(Tree tree, Role role);

    /// A variable with its annotations, type and value, of which the first two may be those of the one before it.
    @Override
    public @Nullable Expression visitVariable(VariableTree tree, Role role) {
        Tree element = tree.getType();
        while (element instanceof ArrayTypeTree array) {
            element = array.getType();
        }
        if (tree.getModifiers() != shared.modifiers()) {
            scan(tree.getModifiers(), Role.HANDED_ON);
        }
        Type type = element == null ? INFERRED : element == shared.element() ? shared.type() : type(element);
        Expression value = tree.getInitializer() == null ? null : expression(tree.getInitializer(), Role.FOLLOWED);
        shared = new Shared(tree.getModifiers(), element, type);
        nodes.add(new JavaNode.Variable(
                tree.getName().toString(), element == tree.getType() ? type : new Type.Array(type), value));
        return null;
    }

    Type type(Tree tree) {
        return switch (tree) {
            case IdentifierTree _, MemberSelectTree _ -> {
                Type.Named named = named(tree);
                nodes.add(named);
                yield named;
            }
            case ParameterizedTypeTree generic -> {
                Type type = type(generic.getType());
                generic.getTypeArguments().forEach(this::type);
                yield type;
            }
            case ArrayTypeTree array -> new Type.Array(type(array.getType()));
            case PrimitiveTypeTree primitive -> primitive.getPrimitiveTypeKind() == TypeKind.VOID ? OTHER : PRIMITIVE;
            case AnnotatedTypeTree annotated -> {
                Type type = type(annotated.getUnderlyingType());
                scan(annotated.getAnnotations(), Role.HANDED_ON);
                yield type;
            }
            case WildcardTree wildcard -> {
                if (wildcard.getBound() != null) {
                    type(wildcard.getBound());
                }
                yield OTHER;
            }
            case UnionTypeTree union -> {
                union.getTypeAlternatives().forEach(this::type);
                yield OTHER;
            }
            case IntersectionTypeTree intersection -> {
                intersection.getBounds().forEach(this::type);
                yield OTHER;
            }
            default -> OTHER;
        };
    }

    /// What stands before a dot is no type of its own.
    private Type.Named named(Tree tree) {
        return switch (tree) {
            case MemberSelectTree select -> {
                Type.Named owner = named(select.getExpression());
                yield new Type.Named(owner, select.getIdentifier().toString(), place, owner.start());
            }
            case ParameterizedTypeTree generic -> {
                generic.getTypeArguments().forEach(this::type);
                yield named(generic.getType());
            }
            case AnnotatedTypeTree annotated -> {
                scan(annotated.getAnnotations(), Role.HANDED_ON);
                yield named(annotated.getUnderlyingType());
            }
            default -> new Type.Named(null, dotted(tree), place, position(tree));
        };
    }

    /// A name as it is written, without blanks; the compiler's own text of a tree takes far longer.
    static String dotted(Tree tree) {
        return switch (tree) {
            case IdentifierTree identifier -> identifier.getName().toString();
            case MemberSelectTree select -> dotted(select.getExpression()) + "." + select.getIdentifier();
            default -> tree.toString();
        };
    }

    /// Where a type's or qualified name's first word begins.
    int startOf(Tree tree) {
        Tree first = tree;
        while (true) {
            switch (first) {
                case MemberSelectTree select -> first = select.getExpression();
                case ParameterizedTypeTree generic -> first = generic.getType();
                case ArrayTypeTree array -> first = array.getType();
                case AnnotatedTypeTree annotated -> first = annotated.getUnderlyingType();
                default -> {
                    return position(first);
                }
            }
        }
    }

    @Override
    public @Nullable Expression visitAnnotation(AnnotationTree tree, Role role) {
        nodes.add(new JavaNode.Annotation(dotted(tree.getAnnotationType()), place, position(tree)));
        for (ExpressionTree argument : tree.getArguments()) {
            scan(argument instanceof AssignmentTree pair ? pair.getExpression() : argument, Role.HANDED_ON);
        }
        return null;
    }
}
