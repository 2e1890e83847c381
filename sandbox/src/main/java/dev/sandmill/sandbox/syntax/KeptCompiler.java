package dev.sandmill.sandbox.syntax;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.Tree;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticListener;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// The compiler's parser, kept from one program to the next: what is behind `javax.tools`, by name, because that makes
/// a new compiler for each program, which takes many times as long as reading a tiny one. Needs the packages
/// [#PACKAGES], which a JVM opens with `--add-exports`. No other class knows of them.
final class KeptCompiler implements CompilerParser {
    /// What is known of a program's names stays in a parser: it is left after this much.
    private static final int MAX_PROGRAMS = 1_000;

    /// Of names alone, that can be 25 MB.
    private static final int MAX_CHARACTERS = 1_000_000;

    private static final int MAX_IDLE = Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 16);

    private static final String BEHIND = "com.sun.tools.javac.";
    private static final List<String> PACKAGES = List.of(BEHIND + "parser", BEHIND + "tree", BEHIND + "util");
    private final JavaFileManager noFiles;
    private final Queue<Session> idle = new ArrayBlockingQueue<>(MAX_IDLE);

    private KeptCompiler(JavaFileManager noFiles) {
        this.noFiles = noFiles;
        idle.add(new Session(noFiles));
    }

    /// Null where this JVM was not started with what this needs, or its JDK has changed it.
    static @Nullable KeptCompiler open(JavaFileManager noFiles) {
        Module compiler = ModuleLayer.boot().findModule("jdk.compiler").orElse(null);
        Module here = KeptCompiler.class.getModule();
        if (compiler == null || !PACKAGES.stream().allMatch(name -> compiler.isExported(name, here))) {
            return null;
        }
        try {
            return new KeptCompiler(noFiles);
        } catch (ExceptionInInitializerError changed) {
            LoggerFactory.getLogger(KeptCompiler.class)
                    .warn(
                            "the compiler of this JDK, {}, has other parts than were expected",
                            Runtime.version(),
                            changed);
            return null;
        }
    }

    @Override
    public @Nullable Parsed parse(String source) {
        Session session = idle.poll();
        if (session == null) {
            session = new Session(noFiles);
        }
        CompilationUnitTree tree = session.parse(source);
        // One that met an error, or was left in the middle, remembers it.
        if (tree != null && session.isFresh()) {
            idle.offer(session);
        }
        return tree == null ? null : new Parsed(tree, KeptCompiler::position);
    }

    private static int position(Tree tree) {
        try {
            return (int) Behind.POSITION.invokeExact(tree);
        } catch (Throwable impossible) {
            throw sneaked(impossible);
        }
    }

    private static RuntimeException sneaked(Throwable thrown) {
        return switch (thrown) {
            case RuntimeException exception -> exception;
            case Error error -> throw error;
            default -> new IllegalStateException(thrown);
        };
    }

    /// What the compiler is asked through. Looked up only where it may be.
    private static final class Behind {
        static final MethodHandle NEW_CONTEXT;
        static final MethodHandle PUT;
        static final MethodHandle SET_OPTION;
        static final MethodHandle OPTIONS;
        static final MethodHandle LOG;
        static final MethodHandle USE_SOURCE;
        static final MethodHandle FACTORY;
        static final MethodHandle NEW_PARSER;
        static final MethodHandle PARSE;
        static final MethodHandle POSITION;

        static {
            try {
                Lookup lookup = MethodHandles.lookup();
                Class<?> context = Class.forName(BEHIND + "util.Context");
                Class<?> options = Class.forName(BEHIND + "util.Options");
                Class<?> log = Class.forName(BEHIND + "util.Log");
                Class<?> factory = Class.forName(BEHIND + "parser.ParserFactory");
                Class<?> parser = Class.forName(BEHIND + "parser.JavacParser");
                Class<?> unit = Class.forName(BEHIND + "tree.JCTree$JCCompilationUnit");
                NEW_CONTEXT = lookup.findConstructor(context, MethodType.methodType(void.class))
                        .asType(MethodType.methodType(Object.class));
                PUT = lookup.findVirtual(context, "put", MethodType.methodType(void.class, Class.class, Object.class))
                        .asType(MethodType.methodType(void.class, Object.class, Class.class, Object.class));
                OPTIONS = instance(lookup, options, context);
                SET_OPTION = lookup.findVirtual(
                                options, "put", MethodType.methodType(void.class, String.class, String.class))
                        .asType(MethodType.methodType(void.class, Object.class, String.class, String.class));
                LOG = instance(lookup, log, context);
                USE_SOURCE = lookup.findVirtual(
                                log, "useSource", MethodType.methodType(JavaFileObject.class, JavaFileObject.class))
                        .asType(MethodType.methodType(JavaFileObject.class, Object.class, JavaFileObject.class));
                FACTORY = instance(lookup, factory, context);
                Class<?> flag = boolean.class;
                NEW_PARSER = lookup.findVirtual(
                                factory,
                                "newParser",
                                MethodType.methodType(parser, CharSequence.class, flag, flag, flag))
                        .asType(MethodType.methodType(
                                Object.class, Object.class, CharSequence.class, flag, flag, flag));
                PARSE = lookup.findVirtual(parser, "parseCompilationUnit", MethodType.methodType(unit))
                        .asType(MethodType.methodType(CompilationUnitTree.class, Object.class));
                POSITION = lookup.findGetter(Class.forName(BEHIND + "tree.JCTree"), "pos", int.class)
                        .asType(MethodType.methodType(int.class, Tree.class));
            } catch (ReflectiveOperationException changed) {
                throw new ExceptionInInitializerError(changed);
            }
        }

        private static MethodHandle instance(Lookup lookup, Class<?> type, Class<?> context)
                throws ReflectiveOperationException {
            return lookup.findStatic(type, "instance", MethodType.methodType(type, context))
                    .asType(MethodType.methodType(Object.class, Object.class));
        }
    }

    /// What the compiler keeps from one program to the next. Not thread-safe.
    private static final class Session implements DiagnosticListener<JavaFileObject> {
        private final Object factory;
        private int programs;
        private int characters;

        Session(JavaFileManager files) {
            try {
                Object context = (Object) Behind.NEW_CONTEXT.invokeExact();
                Behind.PUT.invokeExact(context, DiagnosticListener.class, (Object) this);
                Behind.PUT.invokeExact(context, JavaFileManager.class, (Object) files);
                Object options = (Object) Behind.OPTIONS.invokeExact(context);
                // Each literal is a fact of its own.
                Behind.SET_OPTION.invokeExact(options, "allowStringFolding", "false");
                Object log = (Object) Behind.LOG.invokeExact(context);
                JavaFileObject unused =
                        (JavaFileObject) Behind.USE_SOURCE.invokeExact(log, (JavaFileObject) new Source(""));
                factory = (Object) Behind.FACTORY.invokeExact(context);
            } catch (Throwable thrown) {
                throw sneaked(thrown);
            }
        }

        @Nullable
        CompilationUnitTree parse(String source) {
            programs++;
            characters += source.length();
            try {
                Object parser =
                        (Object) Behind.NEW_PARSER.invokeExact(factory, (CharSequence) source, false, false, false);
                return (CompilationUnitTree) Behind.PARSE.invokeExact(parser);
            } catch (NotJava _) {
                return null;
            } catch (Throwable thrown) {
                throw sneaked(thrown);
            }
        }

        boolean isFresh() {
            return programs < MAX_PROGRAMS && characters < MAX_CHARACTERS;
        }

        @Override
        public void report(Diagnostic<? extends JavaFileObject> diagnostic) {
            NotJava.endAt(diagnostic);
        }
    }
}
