package dev.sandmill.orchestrator.tuning;

import java.util.HashMap;
import java.util.Map;

/// Looks for the knee: the number at a time above which more of it hardly does more and only waits longer.
///
/// What is compared is throughput² / latency ("power", throughput counting twice). Below the knee it grows with the
/// number, as throughput does and latency does not; above it falls, as latency grows and throughput does not. The
/// search doubles while that pays, or else halves, then compares neighbours and stays where neither is better; after a
/// while, or when the load has become another, it looks at the neighbours again. Not thread-safe.
final class KneeFinder {
    /// A neighbour has to be better by so much to be moved to, so that noise moves nothing.
    private static final double BETTER = 1.05;
    /// A place that does so much worse or better than it did is under another load.
    private static final double OTHER_LOAD = 3;
    private static final double NEWEST_SHARE = 0.5;
    /// Looks that stay, after which the neighbours are tried again; doubles each time that nothing came of it.
    private static final int FIRST_HOLD = 20;
    private static final int LONGEST_HOLD = 600;

    private final int least;
    private final int most;
    private final Map<Integer, Double> scores = new HashMap<>();
    /// Where the search is, as opposed to where it looks.
    private int home;
    private int limit;
    private Stride stride = Stride.DOUBLING;
    private int holding;
    private int hold = FIRST_HOLD;

    private enum Stride {
        DOUBLING,
        HALVING,
        NEIGHBOURS
    }

    KneeFinder(int least, int most, int start) {
        this.least = least;
        this.most = most;
        this.home = Math.clamp(start, least, most);
        this.limit = home;
    }

    /// The number to have in force now.
    int limit() {
        return limit;
    }

    boolean isHolding() {
        return holding > 0;
    }

    /// What was measured while [#limit] was in force and all of it in use. Afterwards the limit may be another.
    void measured(double perSecond, double latencySeconds) {
        double score = perSecond * perSecond / latencySeconds;
        Double before = scores.get(limit);
        boolean otherLoad =
                before != null && limit == home && (score > before * OTHER_LOAD || score * OTHER_LOAD < before);
        if (otherLoad) {
            scores.clear();
            before = null;
            hold = FIRST_HOLD;
            holding = 0;
            stride = Stride.DOUBLING;
        }
        scores.put(limit, before == null ? score : before + NEWEST_SHARE * (score - before));
        decide();
    }

    private void decide() {
        if (holding > 0) {
            if (--holding == 0) {
                double here = score(home);
                scores.clear();
                scores.put(home, here);
            }
            return;
        }
        if (isBetter(limit)) {
            home = limit;
            hold = FIRST_HOLD;
        } else if (limit != home) {
            stride = stride == Stride.DOUBLING ? Stride.HALVING : Stride.NEIGHBOURS;
        }
        if (stride == Stride.DOUBLING && home == most) {
            stride = Stride.HALVING;
        }
        int far = switch (stride) {
            case DOUBLING -> Math.min(most, home * 2);
            case HALVING -> Math.max(least, home / 2);
            case NEIGHBOURS -> home;
        };
        if (far != home && !scores.containsKey(far)) {
            limit = far;
            return;
        }
        stride = Stride.NEIGHBOURS;
        int up = up(home);
        int down = down(home);
        if (!scores.containsKey(up)) {
            limit = up;
        } else if (!scores.containsKey(down)) {
            limit = down;
        } else {
            limit = home;
            holding = hold;
            hold = Math.min(LONGEST_HOLD, hold * 2);
        }
    }

    private boolean isBetter(int place) {
        return place != home && score(place) > score(home) * BETTER;
    }

    private double score(int place) {
        return scores.getOrDefault(place, 0.0);
    }

    private int up(int place) {
        return Math.min(most, place + Math.max(1, place / 8));
    }

    private int down(int place) {
        return Math.max(least, place - Math.max(1, place / 8));
    }
}
