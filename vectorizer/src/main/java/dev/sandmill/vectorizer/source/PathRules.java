package dev.sandmill.vectorizer.source;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a path alone tells about a file, by the rules of `path-rules.txt`. Linear in the path's length.
final class PathRules {
    private static final Set<String> SOURCE_FOLDERS =
            Set.of("src", "lib", "internal", "pkg", "cmd", "app", "test", "tests");
    private static final List<SkipReason> ORDER = List.of(
            SkipReason.SECRET,
            SkipReason.VENDORED,
            SkipReason.LOCK_FILE,
            SkipReason.MINIFIED,
            SkipReason.GENERATED,
            SkipReason.MEDIA);

    private final Map<SkipReason, Rules> byReason = new EnumMap<>(SkipReason.class);

    PathRules() {
        for (List<String> columns : RuleLines.read("path-rules.txt")) {
            SkipReason reason = SkipReason.valueOf(columns.get(0).toUpperCase(Locale.ROOT));
            Rules rules = byReason.computeIfAbsent(reason, unused -> new Rules());
            columns.subList(2, columns.size()).forEach(pattern -> rules.add(columns.get(1), pattern));
        }
    }

    Optional<SkipReason> reasonFor(String path) {
        String lower = path.toLowerCase(Locale.ROOT);
        int nameAt = lower.lastIndexOf('/') + 1;
        String folders = "/" + lower.substring(0, nameAt);
        String name = lower.substring(nameAt);
        return ORDER.stream()
                .filter(reason -> byReason.getOrDefault(reason, new Rules()).match(folders, name))
                .findFirst();
    }

    /// The rules of one reason.
    private static final class Rules {
        private final List<String> folders = new ArrayList<>();
        private final List<String> outputFolders = new ArrayList<>();
        private final Set<String> names = new HashSet<>();
        private final Set<String> exceptNames = new HashSet<>();
        private final List<String> prefixes = new ArrayList<>();
        private final Set<String> suffixes = new HashSet<>();

        void add(String how, String pattern) {
            switch (how) {
                case "dir" -> folders.add("/" + pattern + "/");
                case "output" -> outputFolders.add("/" + pattern + "/");
                case "name" -> names.add(pattern);
                case "prefix" -> prefixes.add(pattern);
                case "suffix" -> suffixes.add(pattern);
                case "unless" -> exceptNames.add(pattern);
                default -> throw new IllegalStateException("path-rules.txt: not a way to match: " + how);
            }
        }

        /// @param inFolders begins and ends with `/`
        boolean match(String inFolders, String name) {
            if (exceptNames.contains(name)) {
                return false;
            }
            return names.contains(name)
                    || hasSuffix(name)
                    || prefixes.stream().anyMatch(name::startsWith)
                    || folders.stream().anyMatch(inFolders::contains)
                    || outputFolders.stream().anyMatch(folder -> isOutput(inFolders, folder));
        }

        /// At most as many look-ups as the longest suffix has characters.
        private boolean hasSuffix(String name) {
            int longest = suffixes.stream().mapToInt(String::length).max().orElse(0);
            for (int at = Math.max(0, name.length() - longest); at < name.length(); at++) {
                if (suffixes.contains(name.substring(at))) {
                    return true;
                }
            }
            return false;
        }

        private static boolean isOutput(String inFolders, String folder) {
            int at = inFolders.indexOf(folder);
            if (at < 0) {
                return false;
            }
            for (String before : inFolders.substring(0, at).split("/")) {
                if (SOURCE_FOLDERS.contains(before)) {
                    return false;
                }
            }
            return true;
        }
    }
}
