package dev.sandmill.sandbox.parser;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The parser's program where the set-up could compile none: a JVM of its own that says and answers the same. Its
/// address space is bounded by the shell that starts it; what exceeds it ends this process, and its successor.
public final class SpareParser {
    private static final int REQUEST_BYTES = 24;
    private static final int MAX_SOURCE_BYTES = 1 << 20;

    /// The JVM's own, beside what a parse may take.
    private static final int JVM_MEBIBYTES = 1_024;

    /// Kept of the service's environment: what tells the JVM how to read the names of files.
    private static final List<String> KEPT = List.of("LANG", "LC_ALL", "LC_CTYPE");

    private static final class Files {
        private static final Map<String, Path> UNPACKED = BindingFiles.unpack();
    }

    private SpareParser() {}

    static ParserProgram program() {
        List<String> command = new ArrayList<>(List.of(
                "/bin/sh",
                "-c",
                "ulimit -c 1; ulimit -v " + (JVM_MEBIBYTES + ParserProgram.MAX_MEBIBYTES) * 1_024L
                        + "; cd / && exec \"$0\" \"$@\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Xms16m",
                "-XX:+UseSerialGC",
                "-XX:ReservedCodeCacheSize=32m",
                "-XX:CompressedClassSpaceSize=32m",
                "-XX:-UsePerfData",
                "-XX:+DisableAttachMechanism",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null",
                "-XX:+ExitOnOutOfMemoryError",
                "-Xlog:disable",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes(),
                "-D" + SpareGrammar.CORE_PROPERTY + "=" + Files.UNPACKED.get("tree-sitter"),
                SpareParser.class.getName()));
        Files.UNPACKED.forEach((name, file) -> {
            if (!name.equals("tree-sitter")) {
                command.add(name);
                command.add(file.toString());
            }
        });
        Map<String, String> environment = new TreeMap<>(System.getenv());
        environment.keySet().retainAll(KEPT);
        return new ParserProgram("the spare parser", List.copyOf(command), environment);
    }

    /// The jar or folder that this class is in; the process needs no other.
    private static String classes() {
        try {
            return Path.of(SpareParser.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("a class path is made of files", impossible);
        }
    }

    /// @param arguments for each grammar its name and its library
    public static void main(String[] arguments) throws IOException {
        List<SpareGrammar> grammars = new ArrayList<>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            grammars.add(SpareGrammar.of(arguments[i], Path.of(arguments[i + 1])));
        }
        InputStream in = new BufferedInputStream(new FileInputStream(FileDescriptor.in));
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
        greet(grammars, out);
        serve(grammars, in, out);
    }

    private static void greet(List<SpareGrammar> grammars, OutputStream out) throws IOException {
        ByteArrayOutputStream greeting = new ByteArrayOutputStream();
        SpareGrammar.number(grammars.size(), greeting);
        grammars.forEach(grammar -> grammar.introduce(greeting));
        out.write(numbers(ParserProcess.MAGIC, greeting.size()));
        greeting.writeTo(out);
        out.flush();
    }

    private static void serve(List<SpareGrammar> grammars, InputStream in, OutputStream out) throws IOException {
        SpareTree trees = new SpareTree(Duration.ofMillis(ParserProgram.MAX_CPU_MILLIS));
        while (true) {
            ByteBuffer request = ByteBuffer.wrap(in.readNBytes(REQUEST_BYTES)).order(ByteOrder.LITTLE_ENDIAN);
            if (request.capacity() < REQUEST_BYTES) {
                return;
            }
            int language = request.getInt();
            int length = request.getInt();
            if (language < 0 || language >= grammars.size() || length < 0 || length > MAX_SOURCE_BYTES) {
                throw new IOException("a request that the protocol does not have");
            }
            long steps = request.getLong();
            int depth = request.getInt();
            SpareTree.Written written = trees.parse(grammars.get(language), in.readNBytes(length), steps, depth);
            boolean isTree = written.status() == ParserStatus.TREE;
            out.write(numbers(
                    written.status(),
                    isTree ? written.nodes().count() : 0,
                    written.offset(),
                    written.broken() ? 1 : 0));
            if (isTree) {
                written.nodes().writeTo(out);
            }
            out.flush();
        }
    }

    private static byte[] numbers(int... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        for (int number : numbers) {
            bytes.putInt(number);
        }
        return bytes.array();
    }
}
