package dev.sandmill.vectorizer.source;

/// Matches one text against one glob, by the states that the glob can be in after each character: time is at most the
/// product of both lengths, whatever they hold, and most often ends where the text first differs. For one match.
final class GlobMatch {
    private final String glob;
    private long steps;

    GlobMatch(String glob) {
        this.glob = glob;
    }

    boolean matches(String text) {
        boolean[] states = new boolean[glob.length() + 1];
        states[0] = true;
        skipEmpty(states, '/');
        for (int at = 0; at < text.length(); at++) {
            boolean[] next = new boolean[states.length];
            boolean alive = false;
            for (int state = 0; state < glob.length(); state++) {
                if (states[state]) {
                    alive = true;
                    step(state, text.charAt(at), next);
                }
            }
            steps += states.length;
            if (!alive) {
                return false;
            }
            skipEmpty(next, text.charAt(at));
            states = next;
        }
        return states[glob.length()];
    }

    /// How many states were looked at.
    long steps() {
        return steps;
    }

    private void step(int state, char c, boolean[] next) {
        char symbol = glob.charAt(state);
        if (isDoubleStar(state)) {
            next[state] = true;
        } else if (symbol == '*') {
            next[state] |= c != '/';
        } else if (symbol == '?') {
            next[state + 1] |= c != '/';
        } else if (symbol == '[' && classEnd(state) > 0) {
            next[classEnd(state) + 1] |= c != '/' && inClass(state, classEnd(state), c);
        } else if (symbol == '\\' && state + 1 < glob.length()) {
            next[state + 2] |= glob.charAt(state + 1) == c;
        } else {
            next[state + 1] |= symbol == c;
        }
    }

    /// Stars match nothing too; `**/` only at the start of a component, where `previous` was a `/`.
    private void skipEmpty(boolean[] states, char previous) {
        for (int state = 0; state < glob.length(); state++) {
            if (!states[state]) {
                continue;
            }
            if (isDoubleStar(state)) {
                boolean beforeSlash = state + 2 < glob.length();
                states[beforeSlash ? state + 3 : state + 2] |= !beforeSlash || previous == '/';
            } else if (glob.charAt(state) == '*') {
                states[state + 1] = true;
            }
        }
    }

    /// `**` as a whole component.
    private boolean isDoubleStar(int state) {
        return glob.startsWith("**", state)
                && (state == 0 || glob.charAt(state - 1) == '/')
                && (state + 2 == glob.length() || glob.charAt(state + 2) == '/');
    }

    /// Where the class that begins here ends; 0 if it does not end.
    private int classEnd(int state) {
        int first = state + 1;
        if (first < glob.length() && (glob.charAt(first) == '!' || glob.charAt(first) == '^')) {
            first++;
        }
        return Math.max(0, glob.indexOf(']', first + 1));
    }

    private boolean inClass(int state, int end, char c) {
        int at = state + 1;
        boolean negated = glob.charAt(at) == '!' || glob.charAt(at) == '^';
        at = negated ? at + 1 : at;
        boolean found = false;
        while (at < end) {
            boolean range = at + 2 < end && glob.charAt(at + 1) == '-';
            found |= range ? glob.charAt(at) <= c && c <= glob.charAt(at + 2) : glob.charAt(at) == c;
            at += range ? 3 : 1;
        }
        return found != negated;
    }
}
