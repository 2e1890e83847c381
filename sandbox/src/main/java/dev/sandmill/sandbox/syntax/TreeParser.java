package dev.sandmill.sandbox.syntax;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Tree-sitter, with its trees copied into Java and its memory given back before [#parse] returns. Thread-safe: each
/// call has a parser of its own; grammars are shared and never change.
final class TreeParser {
    /// Deeper trees are refused. CPython itself gives up at about 200 brackets and 1,000 nested expressions.
    static final int MAX_DEPTH = 1_500;

    /// Steps of the parser between two looks at the budget, by the library's own count.
    private static final int STEPS_PER_LOOK = 100;

    /// The watchdog's limit: a step of a tree that is ambiguous all the way may take thousands of times the usual.
    private static final Duration MOST_TIME = Duration.ofSeconds(10);

    /// By how much the process may grow while one parse takes; ordinary programs take tens of megabytes.
    private static final long MOST_BYTES = 768L << 20;

    private static final int MAX_PIPES = 2_000;
    private static final int ENCODING_UTF8 = 0;

    private final ConcurrentHashMap<Dialect, Grammar> grammars = new ConcurrentHashMap<>();
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment read = upcall("read", TreeSitter.READ);
    private final MemorySegment progress = upcall("isOverBudget", TreeSitter.PROGRESS);
    private final long maxSteps;

    /// @param maxSteps what one parse may take; counted, not timed, so that the answer does not depend on how busy the
    ///     machine is
    TreeParser(long maxSteps) {
        this.maxSteps = maxSteps;
    }

    /// What came of a parse.
    sealed interface Parsed {
        record Tree(List<SyntaxNode> nodes, boolean broken) implements Parsed {}

        record TooDeep(int offset) implements Parsed {}

        record TooComplex(int offset) implements Parsed {}
    }

    Parsed parse(Dialect dialect, byte[] source) {
        int endless = dialect == Dialect.BASH ? endlessPipeline(source) : -1;
        if (endless >= 0) {
            return new Parsed.TooComplex(endless);
        }
        Grammar grammar = grammars.computeIfAbsent(dialect, Grammar::of);
        try (Arena call = Arena.ofConfined()) {
            Job job = new Job(call, source, maxSteps);
            MemorySegment input = call.allocate(TreeSitter.INPUT);
            input.set(ADDRESS, 0, job.state);
            input.set(ADDRESS, 8, read);
            input.set(JAVA_INT, 16, ENCODING_UTF8);
            MemorySegment options = call.allocate(TreeSitter.OPTIONS);
            options.set(ADDRESS, 0, job.state);
            options.set(ADDRESS, 8, progress);
            MemorySegment parser = TreeSitter.newParser(grammar.language());
            try {
                MemorySegment tree = TreeSitter.parse(parser, input, options);
                if (tree.equals(MemorySegment.NULL)) {
                    return new Parsed.TooComplex(Math.clamp(job.reached(), 0, source.length));
                }
                try {
                    return copy(call, tree, grammar, source);
                } finally {
                    TreeSitter.deleteTree(tree);
                }
            } finally {
                TreeSitter.deleteParser(parser);
            }
        }
    }

    /// Where a statement has more than [#MAX_PIPES] operators of pipes and lists, in quotes or not; -1 where none has.
    /// The grammar's memory grows with their square, between two looks at any budget: 10,000 take a gigabyte.
    private static int endlessPipeline(byte[] source) {
        int operators = 0;
        byte before = '\n';
        for (int i = 0; i < source.length; i++) {
            byte c = source[i];
            if (c == '|' || c == '&') {
                if (++operators > MAX_PIPES) {
                    return i;
                }
            } else if (c == ';' || c == '\n' && before != '|' && before != '&' && before != '\\') {
                operators = 0;
            }
            if (c != ' ' && c != '\t' && (c != '\n' || operators == 0)) {
                before = c;
            }
        }
        return -1;
    }

    /// What the two functions that the library calls back share with a parse: the text and its length, steps taken and
    /// allowed, the offset that was reached, the time to give up, and that of the next look
    /// at the memory, with its bound.
    private record Job(MemorySegment state) {
        private static final long LAYOUT_BYTES = 64;

        Job(Arena arena, byte[] source, long maxSteps) {
            this(arena.allocate(LAYOUT_BYTES, 8));
            MemorySegment text = arena.allocate(Math.max(1, source.length));
            MemorySegment.copy(source, 0, text, JAVA_BYTE, 0, source.length);
            state.set(ADDRESS, 0, text);
            state.set(JAVA_LONG, 8, source.length);
            state.set(JAVA_LONG, 24, maxSteps);
            long now = System.nanoTime();
            state.set(JAVA_LONG, 40, now + MOST_TIME.toNanos());
            state.set(JAVA_LONG, 48, now + ResidentMemory.PAUSE.toNanos());
            state.set(JAVA_LONG, 56, ResidentMemory.bytes() + MOST_BYTES);
        }

        @SuppressWarnings("restricted")
        static Job at(MemorySegment address) {
            return new Job(address.reinterpret(LAYOUT_BYTES));
        }

        int reached() {
            return state.get(JAVA_INT, 32);
        }
    }

    @SuppressWarnings({"restricted", "UnusedVariable"})
    private static MemorySegment read(MemorySegment payload, int offset, MemorySegment point, MemorySegment count) {
        Job job = Job.at(payload);
        long length = job.state.get(JAVA_LONG, 8);
        long start = Math.clamp(Integer.toUnsignedLong(offset), 0, length);
        count.reinterpret(4).set(JAVA_INT, 0, (int) (length - start));
        return MemorySegment.ofAddress(job.state.get(ADDRESS, 0).address() + start);
    }

    @SuppressWarnings("restricted")
    private static boolean isOverBudget(MemorySegment parseState) {
        MemorySegment state = parseState.reinterpret(16);
        Job job = Job.at(state.get(ADDRESS, 0));
        long steps = job.state.get(JAVA_LONG, 16) + STEPS_PER_LOOK;
        job.state.set(JAVA_LONG, 16, steps);
        job.state.set(JAVA_INT, 32, state.get(JAVA_INT, 8));
        long now = System.nanoTime();
        if (steps > job.state.get(JAVA_LONG, 24) || now - job.state.get(JAVA_LONG, 40) > 0) {
            return true;
        }
        if (now - job.state.get(JAVA_LONG, 48) < 0) {
            return false;
        }
        job.state.set(JAVA_LONG, 48, now + ResidentMemory.PAUSE.toNanos());
        return ResidentMemory.bytes() > job.state.get(JAVA_LONG, 56);
    }

    @SuppressWarnings("restricted")
    private MemorySegment upcall(String method, FunctionDescriptor type) {
        try {
            MethodType signature = type.toMethodType();
            return Linker.nativeLinker()
                    .upcallStub(MethodHandles.lookup().findStatic(TreeParser.class, method, signature), type, arena);
        } catch (NoSuchMethodException | IllegalAccessException impossible) {
            throw new IllegalStateException("the method " + method + " stands above", impossible);
        }
    }

    private static Parsed copy(Arena arena, MemorySegment tree, Grammar grammar, byte[] source) {
        MemorySegment root = TreeSitter.root(arena, tree);
        MemorySegment cursor = TreeSitter.newCursor(arena, root);
        try {
            return new Copy(grammar, source, cursor, arena.allocate(TreeSitter.NODE)).run(TreeSitter.hasError(root));
        } finally {
            TreeSitter.deleteCursor(cursor);
        }
    }

    /// One walk over a tree.
    private static final class Copy {
        private final Grammar grammar;
        private final byte[] source;
        private final MemorySegment cursor;
        private final SegmentAllocator sameNode;
        private final List<SyntaxNode> nodes;

        Copy(Grammar grammar, byte[] source, MemorySegment cursor, MemorySegment node) {
            this.grammar = grammar;
            this.source = source;
            this.cursor = cursor;
            sameNode = (bytes, alignment) -> node;
            nodes = new ArrayList<>(source.length / 4 + 16);
        }

        Parsed run(boolean broken) {
            SyntaxNode parent = null;
            int depth = 0;
            while (true) {
                SyntaxNode node = node(parent);
                if (node != null && TreeSitter.toFirstChild(cursor)) {
                    if (++depth > MAX_DEPTH) {
                        return new Parsed.TooDeep(node.start());
                    }
                    parent = node;
                    continue;
                }
                if (node != null) {
                    number(node);
                }
                while (!TreeSitter.toNextSibling(cursor)) {
                    if (parent == null || !TreeSitter.toParent(cursor)) {
                        return new Parsed.Tree(nodes, broken);
                    }
                    number(parent);
                    parent = parent.parent();
                    depth--;
                }
            }
        }

        private void number(SyntaxNode node) {
            node.number(nodes.size());
            nodes.add(node);
        }

        /// Null for a token without a field and for comments, which nobody asks for.
        private @Nullable SyntaxNode node(@Nullable SyntaxNode parent) {
            MemorySegment node = TreeSitter.current(sameNode, cursor);
            int symbol = TreeSitter.symbol(node);
            boolean isKnown = symbol < grammar.kinds().length;
            if (isKnown && grammar.skipped()[symbol]) {
                return null;
            }
            int field = TreeSitter.field(cursor);
            if (isKnown && !grammar.named()[symbol] && field == 0) {
                return null;
            }
            return new SyntaxNode(
                    isKnown ? grammar.kinds()[symbol] : "ERROR",
                    field == 0 ? null : grammar.fields()[field],
                    source,
                    TreeSitter.start(node),
                    TreeSitter.end(node),
                    parent);
        }
    }
}
