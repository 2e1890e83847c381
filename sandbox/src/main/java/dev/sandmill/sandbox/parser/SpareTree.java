package dev.sandmill.sandbox.parser;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;

/// Parses with the natives of the Java binding, in the spare parser's process, one source at a time.
final class SpareTree {
    /// Steps of the parser between two looks at the budget, by the library's own count.
    private static final int STEPS_PER_LOOK = 100;

    private static final int ENCODING_UTF8 = 0;

    /// Processor time, not the clock's: on a busy machine a source takes no more of it.
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Arena arena = Arena.global();
    private final MemorySegment read = upcall("read", TreeSitter.READ);
    private final MemorySegment progress = upcall("isOverBudget", TreeSitter.PROGRESS);
    private final Duration mostTime;

    SpareTree(Duration mostTime) {
        this.mostTime = mostTime;
    }

    /// @param nodes as they go over the pipe
    record Written(int status, int offset, boolean broken, NodeWriter nodes) {
        static Written refused(int status, int offset) {
            return new Written(status, offset, false, new NodeWriter(0));
        }
    }

    Written parse(SpareGrammar grammar, byte[] source, long maxSteps, int maxDepth) {
        try (Arena call = Arena.ofConfined()) {
            Job job = new Job(call, source, maxSteps, mostTime);
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
                    return Written.refused(job.status(), Math.clamp(job.reached(), 0, source.length));
                }
                try {
                    return write(call, tree, grammar, source.length, maxDepth);
                } finally {
                    TreeSitter.deleteTree(tree);
                }
            } finally {
                TreeSitter.deleteParser(parser);
            }
        }
    }

    /// What the two functions that the library calls back share with a parse: the text and its length, steps taken and
    /// allowed, the offset that was reached, and the thread's processor time at which to give up.
    private record Job(MemorySegment state) {
        private static final long LAYOUT_BYTES = 48;

        Job(Arena arena, byte[] source, long maxSteps, Duration mostTime) {
            this(arena.allocate(LAYOUT_BYTES, 8));
            MemorySegment text = arena.allocate(Math.max(1, source.length));
            MemorySegment.copy(source, 0, text, JAVA_BYTE, 0, source.length);
            state.set(ADDRESS, 0, text);
            state.set(JAVA_LONG, 8, source.length);
            state.set(JAVA_LONG, 24, maxSteps);
            state.set(JAVA_LONG, 40, THREADS.getCurrentThreadCpuTime() + mostTime.toNanos());
        }

        @SuppressWarnings("restricted")
        static Job at(MemorySegment address) {
            return new Job(address.reinterpret(LAYOUT_BYTES));
        }

        int reached() {
            return state.get(JAVA_INT, 32);
        }

        int status() {
            return state.get(JAVA_LONG, 16) > state.get(JAVA_LONG, 24)
                    ? ParserStatus.TOO_MANY_STEPS
                    : ParserStatus.TOO_LONG;
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
        return steps > job.state.get(JAVA_LONG, 24) || THREADS.getCurrentThreadCpuTime() > job.state.get(JAVA_LONG, 40);
    }

    @SuppressWarnings("restricted")
    private MemorySegment upcall(String method, FunctionDescriptor type) {
        try {
            MethodType signature = type.toMethodType();
            return Linker.nativeLinker()
                    .upcallStub(MethodHandles.lookup().findStatic(SpareTree.class, method, signature), type, arena);
        } catch (NoSuchMethodException | IllegalAccessException impossible) {
            throw new IllegalStateException("the method " + method + " stands above", impossible);
        }
    }

    private static Written write(Arena arena, MemorySegment tree, SpareGrammar grammar, int sourceBytes, int maxDepth) {
        MemorySegment root = TreeSitter.root(arena, tree);
        MemorySegment cursor = TreeSitter.newCursor(arena, root);
        try {
            NodeWriter nodes = new NodeWriter(sourceBytes);
            int tooDeepAt = walk(cursor, arena.allocate(TreeSitter.NODE), grammar, maxDepth, nodes);
            return tooDeepAt < 0
                    ? new Written(ParserStatus.TREE, 0, TreeSitter.hasError(root), nodes)
                    : Written.refused(ParserStatus.TOO_DEEP, tooDeepAt);
        } finally {
            TreeSitter.deleteCursor(cursor);
        }
    }

    /// Writes nodes in post-order. Returns where it is too deep, or -1.
    private static int walk(
            MemorySegment cursor, MemorySegment buffer, SpareGrammar grammar, int maxDepth, NodeWriter nodes) {
        int depth = 0;
        while (true) {
            MemorySegment node = TreeSitter.current((bytes, alignment) -> buffer, cursor);
            int symbol = TreeSitter.symbol(node);
            int field = TreeSitter.field(cursor);
            if (grammar.keeps(symbol, field)) {
                if (depth > maxDepth) {
                    return nodes.startOfInnermost();
                }
                nodes.open(TreeSitter.start(node), TreeSitter.end(node), symbol, field);
                if (TreeSitter.toFirstChild(cursor)) {
                    depth++;
                    continue;
                }
                nodes.close();
            }
            while (!TreeSitter.toNextSibling(cursor)) {
                if (depth == 0 || !TreeSitter.toParent(cursor)) {
                    return -1;
                }
                nodes.close();
                depth--;
            }
        }
    }
}
