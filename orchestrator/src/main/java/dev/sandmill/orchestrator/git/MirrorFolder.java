package dev.sandmill.orchestrator.git;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.eclipse.jgit.lib.Constants;

/// The files of a mirror, as a process may have left them that was killed.
///
/// @param folder the bare repository
record MirrorFolder(Path folder) {
    private static final String PACK = ".pack";
    private static final String INDEX = ".idx";

    /// An index has 28 bytes for each object, and a thousand of its own.
    private static final int INDEX_BYTES_OF_OBJECT = 28;

    /// Removes what a fetch makes and did not get to remove: locks, which would stop every later one, and unfinished
    /// files. Nobody may fetch into it meanwhile.
    void removeUnfinished() throws IOException {
        removeFiles(folder, name -> isLock(name) || isProbe(name) || name.startsWith("try"));
        removeFiles(objects(), MirrorFolder::isUnfinishedObject);
        removeFiles(packs(), name -> name.endsWith(".keep") || isProbe(name) || isUnfinishedObject(name));
        removeHalfPacks();
        removeLocks(folder.resolve("refs"));
    }

    /// A pack without an index is not seen by git, which yet does not put the whole one in its place.
    private void removeHalfPacks() throws IOException {
        Set<String> present = new HashSet<>();
        for (Path file : files(packs())) {
            present.add(name(file));
        }
        removeFiles(packs(), name -> {
            int dot = name.lastIndexOf('.');
            String base = dot < 0 ? name : name.substring(0, dot);
            return name.startsWith("pack-") && !(present.contains(base + PACK) && present.contains(base + INDEX));
        });
    }

    /// Whether the service can read it with the memory that it has: all refs and the indexes of all packs.
    boolean fits(FetchBounds bounds) throws IOException {
        long indexes = 0;
        for (Path file : files(packs())) {
            if (name(file).endsWith(INDEX)) {
                indexes += size(file);
            }
        }
        return indexes / INDEX_BYTES_OF_OBJECT <= bounds.maxObjects()
                && size(folder.resolve(Constants.PACKED_REFS)) <= bounds.maxTalkBytes();
    }

    private Path objects() {
        return folder.resolve(Constants.OBJECTS);
    }

    private Path packs() {
        return objects().resolve("pack");
    }

    private static boolean isUnfinishedObject(String name) {
        return name.startsWith("incoming_") || name.startsWith("insert_") || name.startsWith("noz") || isProbe(name);
    }

    private static boolean isLock(String name) {
        return name.endsWith(Constants.LOCK_SUFFIX);
    }

    private static boolean isProbe(String name) {
        return name.startsWith(".probe-");
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException absent) {
            return 0;
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void removeFiles(Path folder, Predicate<String> unfinished) throws IOException {
        for (Path file : files(folder)) {
            if (unfinished.test(name(file))) {
                Files.deleteIfExists(file);
            }
        }
    }

    /// No ref may be called like that.
    private static void removeLocks(Path refs) throws IOException {
        Files.walkFileTree(refs, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                if (isLock(name(file))) {
                    Files.deleteIfExists(file);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
