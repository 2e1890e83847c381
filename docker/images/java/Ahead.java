package dev.sandmill.launcher;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.ForwardingJavaFileObject;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/// The Java half of the launcher: the compiler, and which class to start.
final class Ahead {
    private static final List<String> OPTIONS = List.of("-proc:none", "-encoding", "UTF-8", "-cp", ".");
    /// Has the name of the class to start, also for a JVM that did not compile it.
    private static final String MAIN_FILE = ".sandmill-main";
    private static final int OUT_OF_RESOURCES = 3;

    /// Nothing of it is touched by the thread that becomes a program's main thread.
    private static final class Javac {
        static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
        static final StandardJavaFileManager FILES =
                COMPILER.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8);
    }

    private Ahead() {}

    /// Compiles what programs are usually made of, into nothing: loads and warms what the next compilation needs.
    static void warmUp() throws IOException {
        byte[] text = Ahead.class.getResourceAsStream("Sample.java.txt").readAllBytes();
        String sample = new String(text, StandardCharsets.UTF_8);
        JavaFileObject unit = new SimpleJavaFileObject(URI.create("string:///Sample.java"), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignored) {
                return sample;
            }
        };
        PrintWriter told = new PrintWriter(System.err);
        if (!Javac.COMPILER.getTask(told, new Nowhere(Javac.FILES), null, OPTIONS, null, List.of(unit)).call()) {
            throw new IOException("the sample does not compile");
        }
        System.gc();
    }

    /// @param words output folder, the program's file, all sources
    /// @return what javac would exit with
    static int compile(byte[] words) throws IOException {
        String[] given = split(words);
        Path out = Files.createDirectories(Path.of(given[0]));
        List<String> options = new ArrayList<>(OPTIONS);
        options.addAll(List.of("-d", given[0]));
        List<JavaFileObject> units = new ArrayList<>();
        for (JavaFileObject unit : Javac.FILES.getJavaFileObjects(Arrays.copyOfRange(given, 2, given.length))) {
            units.add(unit.getName().equals(given[1]) ? new Entry(unit) : unit);
        }
        Mains mains = new Mains(given[1]);
        PrintWriter told = new PrintWriter(System.err, true);
        try {
            JavacTask task = (JavacTask) Javac.COMPILER.getTask(told, new Unwrapping(Javac.FILES), null, options, null, units);
            task.addTaskListener(mains);
            if (!task.call()) {
                return 1;
            }
        } catch (StackOverflowError | OutOfMemoryError resources) {
            told.println("\n\nThe system is out of resources.\nConsult the following stack trace for details.");
            resources.printStackTrace(told);
            return OUT_OF_RESOURCES;
        } finally {
            told.flush();
        }
        if (mains.chosen() != null) {
            Files.writeString(out.resolve(MAIN_FILE), mains.chosen());
        }
        return 0;
    }

    /// @param words output folder, the program's file without its ending, arguments
    static String mainClass(byte[] words) throws IOException {
        String[] given = split(words);
        Path told = Path.of(given[0], MAIN_FILE);
        String name = Files.isRegularFile(told) ? Files.readString(told) : given[1];
        System.setProperty("java.class.path", given[0]);
        System.setProperty("sun.java.command", String.join(" ", name, String.join(" ", arguments(words))).strip());
        return name;
    }

    static String[] arguments(byte[] words) {
        String[] given = split(words);
        return Arrays.copyOfRange(given, 2, given.length);
    }

    private static String[] split(byte[] words) {
        String text = new String(words, StandardCharsets.UTF_8);
        return text.substring(0, text.length() - 1).split("\0", -1);
    }

    /// The program's file, in which a public class may have any name, as for `java Main.java`.
    private static final class Entry extends ForwardingJavaFileObject<JavaFileObject> {
        Entry(JavaFileObject file) {
            super(file);
        }

        JavaFileObject file() {
            return fileObject;
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE || super.isNameCompatible(simpleName, kind);
        }

        @Override
        public NestingKind getNestingKind() {
            return null;
        }
    }

    /// Shows the file manager its own files.
    private static final class Unwrapping extends ForwardingJavaFileManager<StandardJavaFileManager> {
        Unwrapping(StandardJavaFileManager files) {
            super(files);
        }

        @Override
        public boolean isSameFile(FileObject a, FileObject b) {
            return super.isSameFile(file(a), file(b));
        }

        @Override
        public boolean contains(Location location, FileObject file) throws IOException {
            return super.contains(location, file(file));
        }

        @Override
        public String inferBinaryName(Location location, JavaFileObject file) {
            return super.inferBinaryName(location, (JavaFileObject) file(file));
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) throws IOException {
            return super.getJavaFileForOutput(location, className, kind, file(sibling));
        }

        private static FileObject file(FileObject file) {
            return file instanceof Entry ? ((Entry) file).file() : file;
        }
    }

    /// Takes classes and forgets them.
    private static final class Nowhere extends ForwardingJavaFileManager<JavaFileManager> {
        Nowhere(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("string:///" + className.replace('.', '/')), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return new ByteArrayOutputStream();
                }
            };
        }
    }

    /// The classes of the program's file that have a main method, as they stand in it.
    private static final class Mains implements TaskListener {
        private final String entry;
        private final String stem;
        private String first;
        private String named;

        Mains(String entry) {
            this.entry = entry;
            String name = entry.substring(entry.lastIndexOf('/') + 1);
            this.stem = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        }

        @Override
        public void finished(TaskEvent event) {
            if (event.getKind() == TaskEvent.Kind.PARSE && event.getSourceFile().getName().equals(entry)) {
                look(event.getCompilationUnit());
            }
        }

        private void look(CompilationUnitTree unit) {
            String prefix = unit.getPackageName() == null ? "" : unit.getPackageName() + ".";
            for (Tree type : unit.getTypeDecls()) {
                if (type instanceof ClassTree) {
                    ClassTree declared = (ClassTree) type;
                    String name = prefix + declared.getSimpleName();
                    if (declared.getSimpleName().contentEquals(stem)) {
                        named = name;
                    }
                    if (first == null && declared.getMembers().stream().anyMatch(Mains::isMain)) {
                        first = name;
                    }
                    if (name.equals(named) && declared.getMembers().stream().anyMatch(Mains::isMain)) {
                        first = name;
                        return;
                    }
                }
            }
        }

        private static boolean isMain(Tree member) {
            if (!(member instanceof MethodTree)) {
                return false;
            }
            MethodTree method = (MethodTree) member;
            return method.getName().contentEquals("main")
                    && method.getParameters().size() == 1
                    && method.getModifiers().getFlags().contains(Modifier.STATIC);
        }

        String chosen() {
            return first != null ? first : named;
        }
    }
}
