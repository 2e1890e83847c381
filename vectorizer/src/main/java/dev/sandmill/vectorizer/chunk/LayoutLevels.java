package dev.sandmill.vectorizer.chunk;

import java.util.Arrays;

/// How bad a cut before each line is, judged by blank lines, indentation and headings alone.
final class LayoutLevels {
    private static final int HEADINGS = Outline.FIRST_LAYOUT_LEVEL;
    private static final int AFTER_BLANK = HEADINGS + 8;
    private static final int ORDINARY = AFTER_BLANK + 16;
    private static final int CLOSING = Outline.LEVELS - 2;
    private static final int BLANK = Outline.LEVELS - 1;
    private static final int DEEPEST_INDENT = 15;
    private static final int TAB_COLUMNS = 4;

    private LayoutLevels() {}

    static int[] of(MeasuredText text, boolean hasHeadings) {
        int[] levels = new int[text.lines()];
        Arrays.fill(levels, BLANK);
        boolean afterBlank = true;
        boolean inFence = false;
        for (int line = 0; line < levels.length; line++) {
            if (text.isBlank(line)) {
                afterBlank = true;
                continue;
            }
            String content = text.line(line);
            String trimmed = content.strip();
            int heading = hasHeadings && !inFence ? headingDepth(trimmed) : 0;
            if (hasHeadings && (trimmed.startsWith("```") || trimmed.startsWith("~~~"))) {
                inFence = !inFence;
            }
            if (heading > 0) {
                levels[line] = HEADINGS + heading;
            } else if (closes(trimmed)) {
                levels[line] = CLOSING;
            } else {
                levels[line] = (afterBlank ? AFTER_BLANK : ORDINARY) + indent(content);
            }
            afterBlank = false;
        }
        return levels;
    }

    private static int headingDepth(String trimmed) {
        int hashes = 0;
        while (hashes < trimmed.length() && hashes < 7 && trimmed.charAt(hashes) == '#') {
            hashes++;
        }
        boolean heading = hashes > 0 && hashes < 7 && hashes < trimmed.length() && trimmed.charAt(hashes) == ' ';
        return heading ? hashes : 0;
    }

    private static boolean closes(String trimmed) {
        char first = trimmed.charAt(0);
        return first == '}' || first == ')' || first == ']' || trimmed.equals("end");
    }

    private static int indent(String content) {
        int columns = 0;
        for (int at = 0; at < content.length(); at++) {
            if (content.charAt(at) == '\t') {
                columns += TAB_COLUMNS;
            } else if (content.charAt(at) == ' ') {
                columns++;
            } else {
                break;
            }
        }
        return Math.min(columns / 2, DEEPEST_INDENT);
    }
}
