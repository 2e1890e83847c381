package dev.sandmill.sandbox.syntax;

import com.sun.source.tree.AnnotatedTypeTree;
import com.sun.source.tree.ArrayAccessTree;
import com.sun.source.tree.ArrayTypeTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.BinaryTree;
import com.sun.source.tree.CompoundAssignmentTree;
import com.sun.source.tree.ConditionalExpressionTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MemberReferenceTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodInvocationTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.NewClassTree;
import com.sun.source.tree.ParameterizedTypeTree;
import com.sun.source.tree.ParenthesizedTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.TypeCastTree;
import com.sun.source.tree.UnaryTree;
import dev.sandmill.sandbox.syntax.JavaNode.Expression;
import dev.sandmill.sandbox.syntax.JavaNode.Role;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Reads the expressions of the compiler's tree.
abstract class JavaExpressions extends JavaTypeNames {
    JavaExpressions(ToIntFunction<Tree> positions) {
        super(positions);
    }

    /// What is no expression to evaluate, a lambda for instance, is unknown.
    @Override
    Expression expression(Tree tree, Role role) {
        Expression read = scan(tree, role);
        return read == null ? new JavaNode.Constant(Value.UNKNOWN, position(tree)) : read;
    }

    private Expression add(Expression expression) {
        nodes.add(expression);
        return expression;
    }

    /// Adds it before its parts, which are read first.
    private Expression add(int before, Expression expression) {
        nodes.set(before, expression);
        return expression;
    }

    private int reserve() {
        nodes.add(NOTHING_YET);
        return nodes.size() - 1;
    }

    private List<Expression> handedOn(List<? extends ExpressionTree> trees) {
        List<Expression> expressions = new ArrayList<>(trees.size());
        for (ExpressionTree tree : trees) {
            expressions.add(expression(tree, Role.HANDED_ON));
        }
        return expressions;
    }

    private Expression constant(Value value, Tree tree) {
        return new JavaNode.Constant(value, position(tree));
    }

    @Override
    public @Nullable Expression visitIdentifier(IdentifierTree tree, Role role) {
        String name = tree.getName().toString();
        return switch (name) {
            case "this" -> constant(JavaEvaluation.OWN, tree);
            case "super" -> constant(Value.UNKNOWN, tree);
            default -> add(new JavaNode.Name(name, place, role, position(tree)));
        };
    }

    @Override
    public @Nullable Expression visitMemberSelect(MemberSelectTree tree, Role role) {
        String name = tree.getIdentifier().toString();
        switch (name) {
            case "class" -> {
                int slot = reserve();
                return add(
                        slot,
                        new JavaNode.ClassLiteral(type(tree.getExpression()), role, startOf(tree.getExpression())));
            }
            case "this", "super" -> {
                Value value = name.equals("this") ? JavaEvaluation.OWN : Value.UNKNOWN;
                return new JavaNode.Constant(value, startOf(tree));
            }
            default -> {
                int slot = reserve();
                return add(slot, new JavaNode.Field(expression(tree.getExpression(), Role.OWNER), name, role));
            }
        }
    }

    @Override
    public @Nullable Expression visitMethodInvocation(MethodInvocationTree tree, Role role) {
        int slot = reserve();
        Expression owner = null;
        String name;
        if (tree.getMethodSelect() instanceof MemberSelectTree select) {
            name = select.getIdentifier().toString();
            owner = expression(select.getExpression(), name.equals("super") ? Role.HANDED_ON : Role.OWNER);
        } else {
            name = dotted(tree.getMethodSelect());
        }
        tree.getTypeArguments().forEach(this::type);
        List<Expression> arguments = handedOn(tree.getArguments());
        int start = owner == null ? position(tree.getMethodSelect()) : owner.start();
        boolean isConstructor = name.equals("this") || name.equals("super");
        return isConstructor
                ? new JavaNode.Constant(Value.UNKNOWN, start)
                : add(slot, new JavaNode.Call(owner, name, arguments, role, start));
    }

    @Override
    public @Nullable Expression visitMemberReference(MemberReferenceTree tree, Role role) {
        int slot = reserve();
        ExpressionTree before = tree.getQualifierExpression();
        Expression owner = isType(before)
                ? new JavaNode.TypeName(type(before), startOf(before))
                : expression(before, Role.FOLLOWED);
        List<? extends ExpressionTree> typeArguments = tree.getTypeArguments();
        if (typeArguments != null) {
            typeArguments.forEach(this::type);
        }
        boolean isConstructor = tree.getMode() == MemberReferenceTree.ReferenceMode.NEW;
        return add(
                slot,
                new JavaNode.Reference(
                        owner, isConstructor ? "new" : tree.getName().toString()));
    }

    /// As far as it can be seen: `list::add` looks like it, too.
    private static boolean isType(Tree tree) {
        return switch (tree) {
            case IdentifierTree name ->
                !name.getName().contentEquals("this") && !name.getName().contentEquals("super");
            case MemberSelectTree select ->
                !select.getIdentifier().contentEquals("this")
                        && !select.getIdentifier().contentEquals("super")
                        && !select.getIdentifier().contentEquals("class")
                        && isType(select.getExpression());
            case ParameterizedTypeTree _, ArrayTypeTree _, AnnotatedTypeTree _ -> true;
            default -> false;
        };
    }

    @Override
    public @Nullable Expression visitLiteral(LiteralTree tree, Role role) {
        return switch (tree.getValue()) {
            case null -> constant(Value.NOTHING, tree);
            case String text -> add(new JavaNode.Literal(text, false, position(tree)));
            case Character character -> new JavaNode.Literal(character.toString(), true, position(tree));
            default -> constant(JavaEvaluation.OWN, tree);
        };
    }

    @Override
    public @Nullable Expression visitNewClass(NewClassTree tree, Role role) {
        int slot = reserve();
        JavaNode.Scope around = place;
        if (tree.getClassBody() != null) {
            place = new JavaNode.Scope(around);
        }
        Expression owner = tree.getEnclosingExpression() == null
                ? null
                : expression(tree.getEnclosingExpression(), Role.HANDED_ON);
        JavaNode.Type type = type(tree.getIdentifier());
        tree.getTypeArguments().forEach(this::type);
        List<Expression> arguments = handedOn(tree.getArguments());
        if (tree.getClassBody() != null) {
            members(tree.getClassBody());
        }
        place = around;
        int start = owner == null ? position(tree) : owner.start();
        return add(slot, new JavaNode.Creation(type, arguments, start));
    }

    @Override
    public @Nullable Expression visitNewArray(NewArrayTree tree, Role role) {
        boolean isTyped = tree.getType() != null;
        if (isTyped) {
            type(tree.getType());
        }
        scan(tree.getAnnotations(), Role.HANDED_ON);
        tree.getDimAnnotations().forEach(annotations -> scan(annotations, Role.HANDED_ON));
        scan(tree.getDimensions(), Role.HANDED_ON);
        scan(tree.getInitializers(), Role.HANDED_ON);
        return constant(isTyped ? JavaEvaluation.OWN : Value.UNKNOWN, tree);
    }

    /// A sum may be of any length: its left side is followed without descending.
    @Override
    public @Nullable Expression visitBinary(BinaryTree tree, Role role) {
        Deque<BinaryTree> chain = new ArrayDeque<>();
        Tree left = tree;
        while (left instanceof BinaryTree operation) {
            chain.push(operation);
            left = operation.getLeftOperand();
        }
        Expression value = expression(left, Role.FOLLOWED);
        boolean isSum = false;
        List<Expression> operands = List.of();
        for (BinaryTree operation : chain) {
            Expression right = expression(operation.getRightOperand(), Role.FOLLOWED);
            boolean adds = operation.getKind() == Tree.Kind.PLUS;
            if (!adds) {
                value = new JavaNode.Constant(JavaEvaluation.OWN, value.start());
            } else if (isSum) {
                operands.add(right);
            } else {
                operands = new ArrayList<>(List.of(value, right));
                value = new JavaNode.Sum(operands);
            }
            isSum = adds;
        }
        return value;
    }

    @Override
    public @Nullable Expression visitUnary(UnaryTree tree, Role role) {
        Expression inner = expression(tree.getExpression(), Role.HANDED_ON);
        return tree.getKind() == Tree.Kind.LOGICAL_COMPLEMENT
                ? constant(JavaEvaluation.OWN, tree)
                : new JavaNode.Same(inner, position(tree));
    }

    @Override
    public @Nullable Expression visitParenthesized(ParenthesizedTree tree, Role role) {
        return new JavaNode.Same(expression(tree.getExpression(), Role.HANDED_ON), position(tree));
    }

    @Override
    public @Nullable Expression visitConditionalExpression(ConditionalExpressionTree tree, Role role) {
        Expression condition = expression(tree.getCondition(), Role.HANDED_ON);
        return new JavaNode.Choice(
                expression(tree.getTrueExpression(), Role.HANDED_ON),
                expression(tree.getFalseExpression(), Role.HANDED_ON),
                condition.start());
    }

    @Override
    public @Nullable Expression visitAssignment(AssignmentTree tree, Role role) {
        return assigned(tree.getVariable(), tree.getExpression());
    }

    @Override
    public @Nullable Expression visitCompoundAssignment(CompoundAssignmentTree tree, Role role) {
        return assigned(tree.getVariable(), tree.getExpression());
    }

    private Expression assigned(ExpressionTree variable, ExpressionTree assigned) {
        Role role = variable instanceof IdentifierTree ? Role.FOLLOWED : Role.HANDED_ON;
        Expression target = expression(variable, role);
        Expression value = expression(assigned, role);
        switch (target) {
            case JavaNode.Name name -> nodes.add(new JavaNode.Variable(name.name, null, value));
            case JavaNode.Field field -> nodes.add(new JavaNode.Variable(field.name, null, value));
            default -> {}
        }
        return new JavaNode.Same(value, target.start());
    }

    @Override
    public @Nullable Expression visitTypeCast(TypeCastTree tree, Role role) {
        JavaNode.Type type = type(tree.getType());
        return new JavaNode.Cast(type, expression(tree.getExpression(), Role.HANDED_ON), position(tree));
    }

    @Override
    public @Nullable Expression visitArrayAccess(ArrayAccessTree tree, Role role) {
        Expression array = expression(tree.getExpression(), Role.HANDED_ON);
        scan(tree.getIndex(), Role.HANDED_ON);
        return new JavaNode.Same(array, array.start());
    }
}
