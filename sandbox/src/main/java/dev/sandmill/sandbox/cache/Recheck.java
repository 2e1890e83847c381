package dev.sandmill.sandbox.cache;

import dev.sandmill.api.Artifact;
import dev.sandmill.api.CompileResult;
import dev.sandmill.api.Executed;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Doubts a fraction of what the cache answers: such a program runs again, and what came of it is compared. A key whose
/// answers differed is remembered, in bounds, and not cached again by this process. Thread-safe.
public final class Recheck {
    /// One of this many hits is run again.
    public static final int ONE_OF = 100;

    private static final int MAX_DIFFERED = 10_000;
    private static final int MAX_OWED = 1_000;

    private final int oneOf;
    private final LongAdder checked = new LongAdder();
    private final LongAdder differed = new LongAdder();
    private final Set<ResultKey> unstable = latest(MAX_DIFFERED);
    private final Set<ResultKey> owed = latest(MAX_OWED);

    /// @param oneOf 1 doubts every answer
    public Recheck(int oneOf) {
        this.oneOf = oneOf;
    }

    private static Set<ResultKey> latest(int atMost) {
        return Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<ResultKey, Boolean> eldest) {
                return size() > atMost;
            }
        }));
    }

    /// Whether this answer is to be checked by the caller.
    public boolean isDoubted(ResultKey key) {
        return owed.remove(key) || chance();
    }

    /// The same for a caller that cannot run the program: the next one who can, will.
    public boolean isDoubtedForLater(ResultKey key) {
        boolean doubted = chance();
        if (doubted) {
            owe(key);
        }
        return doubted;
    }

    /// The next answer under this key is to be checked.
    public void owe(ResultKey key) {
        owed.add(key);
    }

    private boolean chance() {
        return ThreadLocalRandom.current().nextInt(oneOf) == 0;
    }

    /// Whether this key gave different answers before.
    public boolean isUnstable(ResultKey key) {
        return unstable.contains(key);
    }

    /// Counts a comparison.
    ///
    /// @return whether both say the same; usage, container and image aside
    public boolean confirms(ResultKey key, Executed cached, Executed fresh) {
        checked.increment();
        boolean same = said(cached).equals(said(fresh));
        if (!same) {
            differed.increment();
            unstable.add(key);
        }
        return same;
    }

    public long checked() {
        return checked.sum();
    }

    public long differed() {
        return differed.sum();
    }

    private static List<@Nullable Object> said(Executed end) {
        List<@Nullable Object> said = new ArrayList<>();
        Collections.addAll(
                said,
                end.status(),
                end.exitCode(),
                end.signal(),
                end.stdout(),
                end.stdoutTruncated(),
                end.stderr(),
                end.stderrTruncated());
        for (Artifact artifact : end.artifacts()) {
            said.add(artifact);
        }
        CompileResult compile = end.compile();
        said.add(compile == null ? null : compile.status());
        for (Executed run : Objects.requireNonNullElse(end.runs(), List.<Executed>of())) {
            said.add(said(run));
        }
        return said;
    }
}
