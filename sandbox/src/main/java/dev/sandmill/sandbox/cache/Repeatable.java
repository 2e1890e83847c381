package dev.sandmill.sandbox.cache;

import dev.sandmill.api.Artifact;
import dev.sandmill.api.Content;
import dev.sandmill.api.Executed;
import dev.sandmill.api.ProgramStatus;
import java.util.List;
import java.util.regex.Pattern;

/// Whether an end may be told to whoever asks for the same program again. What no reading of the sources sees is seen
/// in what was printed: addresses of objects, and stacks or heaps that were used up at a depth of that day.
public final class Repeatable {
    /// `<A object at 0x7f3a>` of Python, `A@1b6d3586` and `[I@1b6d3586` of Java.
    private static final Pattern OF_THAT_DAY = Pattern.compile(" at 0x[0-9a-fA-F]{4,16}\\b|[\\w$;]@[0-9a-f]{5,8}\\b"
            + "|RecursionError|MemoryError|StackOverflowError|OutOfMemoryError|Maximum call stack size");

    private Repeatable() {}

    public static boolean isRepeatable(Executed executed) {
        List<Executed> runs = executed.runs();
        return runs == null ? isRepeatableRun(executed) : runs.stream().allMatch(Repeatable::isRepeatableRun);
    }

    private static boolean isRepeatableRun(Executed end) {
        return (end.status() == ProgramStatus.OK || end.status() == ProgramStatus.NONZERO_EXIT)
                && isSilentOfTheDay(end.stdout())
                && isSilentOfTheDay(end.stderr())
                && end.artifacts().stream()
                        .map(Artifact::content)
                        .allMatch(content -> content == null || isSilentOfTheDay(content));
    }

    private static boolean isSilentOfTheDay(Content content) {
        return content.size() == 0
                || !content.isUtf8()
                || !OF_THAT_DAY.matcher(content.text()).find();
    }
}
