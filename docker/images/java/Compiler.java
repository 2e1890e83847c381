package dev.sandmill.launcher;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.tools.javac.api.JavacTaskImpl;
import com.sun.tools.javac.main.Main.Result;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/// javac, which stays warm from one compilation to the next and keeps nothing else: every compilation has a context and
/// a file manager of its own. It is sent sources, and answers with what javac prints and with classes; it knows no file
/// but the JDK's. What is not an ordinary end (no memory, no stack, a defect) may have left anything anywhere in
/// javac's classes, so no answer is given then and this JVM ends; another one is asked that has seen nothing else.
final class Compiler {
    private static final List<String> OPTIONS = List.of("-proc:none", "-encoding", "UTF-8");
    /// A heap larger than this, when all garbage is gone, is not kept beside programs.
    private static final long HEAP_BYTES = 64L << 20;

    private static final byte TEXT = 't';
    private static final byte FILE = 'f';
    private static final byte END = 'e';
    private static final int OUT_OF_RESOURCES = 3;

    private static final JavaCompiler JAVAC = ToolProvider.getSystemJavaCompiler();

    private Compiler() {}

    /// Compiles what programs are usually made of, into nothing: loads and warms what the next compilation needs.
    static void warmUp() throws IOException {
        byte[] text = Compiler.class.getResourceAsStream("Sample.java.txt").readAllBytes();
        Source sample = new Source("Sample.java", text, true);
        Result result = compile(List.of(sample), new Mains("Sample.java"), DataOutputStream.nullOutputStream());
        if (result != Result.OK) {
            throw new IOException("the sample does not compile");
        }
    }

    /// @param alone whether this JVM is there for this compilation alone, so that its answer is javac's whatever it is
    /// @return whether there may be another
    static boolean serve(FileDescriptor connection, boolean alone) throws IOException {
        DataInputStream in = new DataInputStream(new FileInputStream(connection));
        OutputStream out = new BufferedOutputStream(new FileOutputStream(connection));
        Result result;
        Mains mains;
        try {
            String entry = new String(block(in), StandardCharsets.UTF_8);
            int count = in.readInt();
            List<Source> sources = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String name = new String(block(in), StandardCharsets.UTF_8);
                sources.add(new Source(name, block(in), name.equals(entry)));
            }
            mains = new Mains(entry);
            result = compile(sources, mains, out);
        } catch (StackOverflowError | OutOfMemoryError resources) {
            if (!alone) {
                return false;
            }
            PrintWriter told = printer(out);
            told.println("\n\nThe system is out of resources.\nConsult the following stack trace for details.");
            resources.printStackTrace(told);
            told.flush();
            answer(out, OUT_OF_RESOURCES);
            return false;
        }
        boolean ordinary = result == Result.OK || result == Result.ERROR;
        if (!ordinary && !alone) {
            return false;
        }
        if (result == Result.OK && mains.chosen() != null) {
            file(out, Ahead.MAIN_FILE, mains.chosen().getBytes(StandardCharsets.UTF_8));
        }
        answer(out, result.exitCode);
        return ordinary && isSmall();
    }

    private static byte[] block(DataInputStream in) throws IOException {
        byte[] bytes = new byte[in.readInt()];
        in.readFully(bytes);
        return bytes;
    }

    private static void answer(OutputStream out, int code) throws IOException {
        record(out, END, new byte[] {(byte) code});
        out.flush();
    }

    static void file(OutputStream out, String path, byte[] content) throws IOException {
        byte[] name = path.getBytes(StandardCharsets.UTF_8);
        record(out, FILE, name, content);
    }

    private static void record(OutputStream out, byte type, byte[]... parts) throws IOException {
        DataOutputStream data = new DataOutputStream(out);
        data.writeByte(type);
        for (byte[] part : parts) {
            data.writeInt(part.length);
            data.write(part);
        }
    }

    private static PrintWriter printer(OutputStream out) {
        OutputStream text = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                record(out, TEXT, new byte[] {(byte) value});
            }

            @Override
            public void write(byte[] bytes, int from, int length) throws IOException {
                record(out, TEXT, Arrays.copyOfRange(bytes, from, from + length));
            }
        };
        return new PrintWriter(new OutputStreamWriter(text, StandardCharsets.UTF_8), false);
    }

    private static Result compile(List<Source> sources, Mains mains, OutputStream out) throws IOException {
        PrintWriter told = printer(out);
        try {
            if (Source.complaints(sources, told) > 0) {
                return Result.ERROR;
            }
            try (StandardJavaFileManager files = JAVAC.getStandardFileManager(null, Locale.ROOT, StandardCharsets.UTF_8)) {
                files.setLocation(StandardLocation.CLASS_PATH, List.of());
                JavacTaskImpl task = (JavacTaskImpl)
                        JAVAC.getTask(told, new Files(files, out), null, OPTIONS, null, List.<JavaFileObject>copyOf(sources));
                task.addTaskListener(mains);
                return task.doCall();
            }
        } finally {
            told.flush();
            forgetNames();
        }
    }

    /// javac keeps its tables of names for the next compilation, with all names in them.
    private static void forgetNames() {
        try {
            Field tables = Class.forName("com.sun.tools.javac.util.SharedNameTable").getDeclaredField("freelist");
            tables.setAccessible(true);
            tables.set(null, com.sun.tools.javac.util.List.nil());
        } catch (ReflectiveOperationException other) {
            throw new IllegalStateException("this is no JDK 17", other);
        }
    }

    private static boolean isSmall() {
        Runtime runtime = Runtime.getRuntime();
        if (runtime.totalMemory() > HEAP_BYTES) {
            runtime.gc();
        }
        return runtime.totalMemory() <= HEAP_BYTES;
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
