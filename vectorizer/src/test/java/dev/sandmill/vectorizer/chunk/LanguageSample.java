package dev.sandmill.vectorizer.chunk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/// A source in one language and what it defines. Each is a file of the folder `languages`, called like its grammar,
/// whose first line lists the definitions: `KIND QUALIFIED_NAME, …`.
record LanguageSample(String language, List<String> definitions, String source) {
    private static final String ENDING = ".txt";

    static Stream<LanguageSample> all() {
        URL folder = Objects.requireNonNull(LanguageSample.class.getResource("languages"), "the folder of the samples");
        try (Stream<Path> files = Files.list(Path.of(folder.toURI()))) {
            return files.map(LanguageSample::read).toList().stream();
        } catch (IOException | URISyntaxException unreadable) {
            throw new IllegalStateException("no samples in " + folder, unreadable);
        }
    }

    private static LanguageSample read(Path file) {
        String name = file.getFileName().toString();
        try {
            String[] parts = Files.readString(file).split("\n", 2);
            return new LanguageSample(
                    name.substring(0, name.length() - ENDING.length()), List.of(parts[0].split(", ")), parts[1]);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public String toString() {
        return language;
    }
}
