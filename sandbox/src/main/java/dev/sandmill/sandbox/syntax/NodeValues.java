package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The value of each node of one file. A pass evaluates children before their parents; the first looks at every node,
/// later ones only at those whose operands or names have changed since.
final class NodeValues {
    /// A changed value is told to this many evaluated nodes above it: a call looks at what its callee was taken from.
    private static final int REACH = 3;

    private final List<SyntaxNode> nodes;
    private final Progress progress;
    private final Language language;
    private final Value[] values;

    /// What each node that is evaluated again depends on; null for all others.
    private final @Nullable Operands[] operands;

    /// The name that an operand of kind `NAME` is about.
    private final Progress.@Nullable Name[] names;

    /// Whether evaluating it looked at what any name means.
    private final boolean[] looked;

    private final int[] seenAt;
    private final boolean[] stale;
    private int[] evaluated = {};
    private boolean first = true;
    private int evaluations;

    /// What the value of a node depends on, apart from its kind.
    enum Operands {
        /// The values of nodes below it.
        BELOW,
        /// These, and what one name means.
        NAME,
        /// These, and what names mean that only evaluating it tells. It must bind nothing.
        LOOKED_UP,
        /// These, and what any name means.
        ANYTHING
    }

    /// One language's way to evaluate.
    interface Language {
        Value evaluate(SyntaxNode node);

        /// Null where the value never changes.
        @Nullable
        Operands operands(SyntaxNode node);

        /// The name that a node of `NAME` depends on.
        String nameOf(SyntaxNode node);
    }

    NodeValues(List<SyntaxNode> nodes, Progress progress, Language language) {
        this.nodes = nodes;
        this.progress = progress;
        this.language = language;
        values = new Value[nodes.size()];
        Arrays.fill(values, Value.NOTHING);
        operands = new Operands[nodes.size()];
        names = new Progress.Name[nodes.size()];
        looked = new boolean[nodes.size()];
        seenAt = new int[nodes.size()];
        stale = new boolean[nodes.size()];
    }

    Value of(@Nullable SyntaxNode node) {
        return node == null ? Value.UNKNOWN : values[node.id()];
    }

    List<Value> of(List<SyntaxNode> some) {
        List<Value> found = new ArrayList<>(some.size());
        for (SyntaxNode node : some) {
            found.add(of(node));
        }
        return found;
    }

    /// The value of a node's first child.
    Value ofFirst(SyntaxNode node) {
        return of(node.firstChild());
    }

    /// Whether the pass taught anything new.
    boolean pass() {
        int before = progress.count();
        if (first) {
            first = false;
            firstPass();
        } else {
            for (int id : evaluated) {
                if (stale[id] || mayMeanMore(id)) {
                    evaluate(nodes.get(id), id);
                }
            }
        }
        return progress.count() > before;
    }

    private void firstPass() {
        int count = 0;
        int[] ids = new int[nodes.size()];
        for (SyntaxNode node : nodes) {
            int id = node.id();
            Operands needed = language.operands(node);
            if (needed != null) {
                operands[id] = needed;
                ids[count++] = id;
                if (needed == Operands.NAME) {
                    names[id] = progress.name(language.nameOf(node));
                }
            }
            evaluate(node, id);
        }
        evaluated = Arrays.copyOf(ids, count);
    }

    private boolean mayMeanMore(int id) {
        Progress.Name name = names[id];
        if (name != null) {
            return progress.of(name) > seenAt[id];
        }
        Operands needed = operands[id];
        return (needed == Operands.ANYTHING || needed == Operands.LOOKED_UP && looked[id])
                && progress.count() > seenAt[id];
    }

    private void evaluate(SyntaxNode node, int id) {
        if ((++evaluations & 0xfff) == 0) {
            progress.requireTime();
        }
        stale[id] = false;
        seenAt[id] = progress.count();
        int looks = progress.looks();
        Value value = language.evaluate(node);
        looked[id] = progress.looks() != looks;
        Value before = values[id];
        if (value != before && !value.equals(before)) {
            values[id] = value;
            markAbove(node);
        }
    }

    private void markAbove(SyntaxNode node) {
        int told = 0;
        for (SyntaxNode above = node.parent(); above != null && told < REACH; above = above.parent()) {
            if (operands[above.id()] != null) {
                stale[above.id()] = true;
                told++;
            }
        }
    }
}
