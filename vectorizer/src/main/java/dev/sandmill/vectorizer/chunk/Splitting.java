package dev.sandmill.vectorizer.chunk;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Cuts a text top-down at its best cuts until every piece fits or is a single line, then joins neighbours again,
/// the deepest cuts first, as in cAST (split, then merge; arXiv 2506.15655).
final class Splitting {
    /// Up to this many tokens a piece is worth nothing of its own and goes to a neighbour: one import.
    private static final int CRUMB_TOKENS = 12;

    /// Up to this many it goes to any neighbour, even of another section: a closing brace.
    private static final int DUST_TOKENS = 4;

    private final ChunkLimits limits;

    Splitting(ChunkLimits limits) {
        this.limits = limits;
    }

    List<Piece> split(MeasuredText text, Outline outline) {
        Set<Long> definitions = outline.definitions().stream()
                .map(definition -> range(definition.fromLine(), definition.toLine()))
                .collect(Collectors.toSet());
        Predicate<Piece> isDefinition =
                piece -> definitions.contains(range(piece.fromLine(), endOfContent(text, piece)))
                        && text.tokens(piece.fromLine(), piece.toLine()) >= limits.standAloneTokens();
        List<Piece> pieces = new ArrayList<>();
        Deque<Piece> open = new ArrayDeque<>();
        if (text.lines() > 0) {
            open.push(new Piece(0, text.lines(), 0, false));
        }
        while (!open.isEmpty()) {
            Piece piece = open.pop();
            if (fits(text, piece) || piece.toLine() - piece.fromLine() == 1) {
                pieces.add(new Piece(piece.fromLine(), piece.toLine(), piece.level(), isDefinition.test(piece)));
            } else {
                cut(outline.cutLevels(), piece).reversed().forEach(open::push);
            }
        }
        return join(text, pieces);
    }

    private boolean fits(MeasuredText text, Piece piece) {
        return text.tokens(piece.fromLine(), piece.toLine()) <= limits.bodyTokens()
                && text.chars(piece.fromLine(), piece.toLine()) <= limits.maxChars();
    }

    private static List<Piece> cut(int[] cutLevels, Piece piece) {
        int best = Integer.MAX_VALUE;
        for (int line = piece.fromLine() + 1; line < piece.toLine(); line++) {
            best = Math.min(best, cutLevels[line]);
        }
        List<Piece> parts = new ArrayList<>();
        int from = piece.fromLine();
        int level = piece.level();
        for (int line = from + 1; line < piece.toLine(); line++) {
            if (cutLevels[line] == best) {
                parts.add(new Piece(from, line, level, false));
                from = line;
                level = best;
            }
        }
        parts.add(new Piece(from, piece.toLine(), level, false));
        return parts;
    }

    private List<Piece> join(MeasuredText text, List<Piece> pieces) {
        List<Piece> joined = pieces;
        int[] levels = pieces.stream()
                .skip(1)
                .mapToInt(Piece::level)
                .distinct()
                .sorted()
                .toArray();
        for (int at = levels.length - 1; at >= 0; at--) {
            joined = joinAcross(levels[at], text, joined);
        }
        return joined;
    }

    private List<Piece> joinAcross(int level, MeasuredText text, List<Piece> pieces) {
        List<Piece> joined = new ArrayList<>(pieces.size());
        for (Piece piece : pieces) {
            if (!joined.isEmpty() && piece.level() == level && joins(text, joined.getLast(), piece)) {
                Piece last = joined.removeLast();
                boolean standsAlone = last.standsAlone() || piece.standsAlone();
                joined.add(new Piece(last.fromLine(), piece.toLine(), last.level(), standsAlone));
            } else {
                joined.add(piece);
            }
        }
        return joined;
    }

    /// The end of one section does not go to the next: its cut is deeper than the one between them.
    private boolean joins(MeasuredText text, Piece left, Piece right) {
        if (!fits(text, new Piece(left.fromLine(), right.toLine(), left.level(), false))) {
            return false;
        }
        int leftTokens = text.tokens(left.fromLine(), left.toLine());
        int rightTokens = text.tokens(right.fromLine(), right.toLine());
        if (leftTokens <= DUST_TOKENS || rightTokens <= CRUMB_TOKENS) {
            return true;
        }
        boolean sameSection = right.level() >= left.level();
        boolean standsAlone = left.standsAlone() || right.standsAlone();
        boolean small = leftTokens <= CRUMB_TOKENS || !standsAlone && leftTokens + rightTokens <= limits.targetTokens();
        return sameSection && small;
    }

    private static int endOfContent(MeasuredText text, Piece piece) {
        int end = piece.toLine();
        while (end > piece.fromLine() + 1 && text.isBlank(end - 1)) {
            end--;
        }
        return end;
    }

    private static long range(int fromLine, int toLine) {
        return (long) fromLine << Integer.SIZE | toLine;
    }
}
