package dev.sandmill.vectorizer.source;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// What a repository itself wants left out: `.sandmillignore` (patterns as in `.gitignore`) and the
/// `linguist-generated` and `linguist-vendored` attributes of `.gitattributes`. Never throws, whatever the files hold.
/// For any number of threads.
///
/// Long patterns and deep paths can be made so that matching them would take days. What all matches together may take
/// is
/// bounded; above it every file is left out, since nobody knows any more which ones should be.
///
/// As in git the last pattern that matches decides, and nothing below a folder that is left out can be taken back in.
public final class IgnoreRules {
    /// Beyond this many lines a file is not read further.
    private static final int MAX_LINES = 10_000;
    /// Some seconds. A repository of 100,000 files with a hundred ordinary patterns takes a hundredth of it.
    private static final long MOST_STEPS = 4_000_000_000L;
    private static final int MOST_REMEMBERED = 10_000;

    private final List<PathPattern> ignored;
    private final List<PathPattern> attributed;
    /// Files of one folder come one after the other.
    private final Map<String, Boolean> ignoredFolders = new ConcurrentHashMap<>();
    private final AtomicLong steps = new AtomicLong();

    private IgnoreRules(List<PathPattern> ignored, List<PathPattern> attributed) {
        this.ignored = List.copyOf(ignored);
        this.attributed = List.copyOf(attributed);
    }

    public static IgnoreRules none() {
        return new IgnoreRules(List.of(), List.of());
    }

    /// @param ignoreFile the content of `.sandmillignore` at the root, empty if there is none
    /// @param attributesFile the content of `.gitattributes` at the root, empty if there is none
    public static IgnoreRules of(String ignoreFile, String attributesFile) {
        List<PathPattern> ignored = new ArrayList<>();
        ignoreFile
                .lines()
                .limit(MAX_LINES)
                .forEach(line -> PathPattern.ofIgnoreLine(line).ifPresent(ignored::add));
        List<PathPattern> attributed = new ArrayList<>();
        attributesFile.lines().limit(MAX_LINES).forEach(line -> addAttributes(line, attributed));
        return new IgnoreRules(ignored, attributed);
    }

    private static void addAttributes(String line, List<PathPattern> attributed) {
        String[] words = line.strip().split("[ \t]+");
        for (int at = 1; at < words.length && !words[0].startsWith("#"); at++) {
            String attribute = words[at];
            boolean takesOut = isSet(attribute, "linguist-generated") || isSet(attribute, "linguist-vendored");
            boolean takesIn = isUnset(attribute, "linguist-generated") || isUnset(attribute, "linguist-vendored");
            if (takesOut || takesIn) {
                PathPattern.ofAttributes(words[0], takesIn).ifPresent(attributed::add);
            }
        }
    }

    private static boolean isSet(String attribute, String name) {
        return attribute.equals(name) || attribute.equals(name + "=true");
    }

    private static boolean isUnset(String attribute, String name) {
        return attribute.equals("-" + name) || attribute.equals("!" + name) || attribute.equals(name + "=false");
    }

    /// @param path of a file, relative to the repository's root, `/`-separated
    public boolean ignores(String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            if (ignoresFolder(path.substring(0, slash))) {
                return true;
            }
        }
        return decides(ignored, path, false) || decides(attributed, path, false);
    }

    /// Whether matching took more than it may, and everything is left out since.
    public boolean areTooCostly() {
        return steps.get() > MOST_STEPS;
    }

    private boolean ignoresFolder(String folder) {
        Boolean known = ignoredFolders.get(folder);
        if (known != null) {
            return known;
        }
        boolean ignores = decides(ignored, folder, true);
        if (ignoredFolders.size() >= MOST_REMEMBERED) {
            ignoredFolders.clear();
        }
        ignoredFolders.put(folder, ignores);
        return ignores;
    }

    private boolean decides(List<PathPattern> patterns, String path, boolean isFolder) {
        for (PathPattern pattern : patterns.reversed()) {
            if (areTooCostly()) {
                return true;
            }
            if (pattern.matches(path, isFolder, steps::addAndGet)) {
                return !pattern.takesBackIn();
            }
        }
        return false;
    }
}
