package dev.sandmill.bench;

import java.io.IOException;
import java.io.PrintStream;

/// One comparison: runs ours and the baseline in turn and prints both with their ratio.
interface Benchmark {
    String name();

    /// What is compared with what, in one line.
    String description();

    default boolean writesJson() {
        return false;
    }

    default boolean needsService() {
        return true;
    }

    /// @param json one JSON object instead of lines; only where [#writesJson()]
    void run(Target target, PrintStream out, boolean json) throws IOException, InterruptedException;
}
