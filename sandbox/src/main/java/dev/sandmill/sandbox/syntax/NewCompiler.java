package dev.sandmill.sandbox.syntax;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.util.Iterator;
import java.util.List;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import org.jspecify.annotations.Nullable;

/// The compiler's parser as `javax.tools` gives it: a new compiler for each program.
///
/// @param noFiles is not asked for any
record NewCompiler(JavaCompiler compiler, JavaFileManager noFiles) implements CompilerParser {
    /// Each literal is a fact of its own.
    private static final List<String> OPTIONS = List.of("-proc:none", "-Xlint:none", "-XDallowStringFolding=false");

    @Override
    public @Nullable Parsed parse(String source) {
        List<JavaFileObject> sources = List.of(new Source(source));
        JavacTask task =
                (JavacTask) compiler.getTask(Writer.nullWriter(), noFiles, NotJava::endAt, OPTIONS, null, sources);
        Iterator<? extends CompilationUnitTree> units;
        try {
            units = task.parse().iterator();
        } catch (IOException broken) {
            throw new UncheckedIOException("a program in memory cannot be read", broken);
        } catch (RuntimeException broken) {
            if (broken.getCause() instanceof NotJava) {
                return null;
            }
            throw broken;
        }
        if (!units.hasNext()) {
            // The task keeps to itself what ended it; without an error before it, that is the stack.
            throw new StackOverflowError();
        }
        CompilationUnitTree unit = units.next();
        SourcePositions positions = Trees.instance(task).getSourcePositions();
        return new Parsed(unit, tree -> (int) positions.getStartPosition(unit, tree));
    }
}
