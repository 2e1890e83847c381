package dev.sandmill.sandbox.syntax;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import java.net.URI;
import java.util.function.ToIntFunction;
import javax.tools.Diagnostic;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The parser of the JDK's own compiler: what it reads is what `javac` compiles. Nothing is looked up, written or
/// printed; no file is opened. Thread-safe.
sealed interface CompilerParser permits KeptCompiler, NewCompiler {
    /// @return null where the compiler does not understand the text
    /// @throws StackOverflowError where it is too deep for the thread's stack
    @Nullable
    Parsed parse(String source);

    /// @param position the first character of a name, literal, bracket, annotation or `new`; -1 for what is not written
    record Parsed(CompilationUnitTree unit, ToIntFunction<Tree> position) {}

    /// Reads two programs at once: what is missing shows at the start, and no class is first met in a deep stack.
    static CompilerParser open() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("Java programs are read by the JDK's compiler, and " + Runtime.version()
                    + " in " + System.getProperty("java.home")
                    + " has none: run on a JDK, with the module jdk.compiler");
        }
        JavaFileManager noFiles = compiler.getStandardFileManager(null, null, null);
        CompilerParser parser = KeptCompiler.open(noFiles);
        if (parser == null) {
            parser = new NewCompiler(compiler, noFiles);
            LoggerFactory.getLogger(CompilerParser.class)
                    .info(
                            "Java programs are read more slowly than they could be: start the JVM with"
                                    + " --add-exports=jdk.compiler/com.sun.tools.javac.P=ALL-UNNAMED for P = parser, tree, util");
        }
        boolean reads = parser.parse("class A { int f(int[] a) { return a.length < 1 ? f(a) : 0; } }") != null;
        if (!reads || parser.parse("class A { int a = \"; }") != null) {
            throw new IllegalStateException(
                    "the compiler of this JDK, " + Runtime.version() + ", does not read Java as expected");
        }
        return parser;
    }

    /// Ends a parse at its first error.
    final class NotJava extends RuntimeException {
        private static final long serialVersionUID = 1;
        private static final NotJava INSTANCE = new NotJava();

        private NotJava() {
            super("not Java", null, false, false);
        }

        static void endAt(Diagnostic<?> diagnostic) {
            if (diagnostic.getKind() == Diagnostic.Kind.ERROR) {
                throw INSTANCE;
            }
        }
    }

    /// A program's text; its name is nobody's.
    final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String text) {
            super(URI.create("string:///Main.java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
