package dev.sandmill.sandbox.syntax;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ast.CompilationUnit;
import org.jspecify.annotations.Nullable;

/// One Java file after its parse. Places in its tree are those of the condensed text that was parsed.
///
/// @param lineStarts of the condensed text
/// @param positions of the condensed text's characters in the whole one
/// @param tree null where the parser did not understand the file; its words are looked at instead
record JavaFile(
        SourceUnit unit,
        JavaText text,
        int[] lineStarts,
        int[] positions,
        @Nullable CompilationUnit tree) {
    private static final long STACK_BYTES = 64L << 20;

    /// What came of a parse.
    sealed interface Read {
        record File(JavaFile file) implements Read {}

        record TooDeep(int offset) implements Read {}
    }

    static Read parse(String path, byte[] source) {
        JavaText text = JavaText.of(source);
        JavaTokens tokens = new JavaTokens(text.text());
        if (tokens.tooDeepAt() >= 0) {
            return new Read.TooDeep(text.offset(tokens.tooDeepAt()));
        }
        String condensed = tokens.condensed();
        Parse parse = new Parse(condensed);
        if (tokens.isShallow()) {
            parse.run();
        } else {
            runWithDeepStack(parse);
        }
        if (parse.tooDeep) {
            return new Read.TooDeep(0);
        }
        SourceUnit unit = new SourceUnit(path, Dialect.JAVA, source, java.util.List.of(), parse.tree == null);
        return new Read.File(new JavaFile(unit, text, JavaText.lineStarts(condensed), tokens.positions(), parse.tree));
    }

    /// Runs on a thread whose stack does not depend on the caller's.
    private static void runWithDeepStack(Runnable work) {
        Thread thread =
                Thread.ofPlatform().name("java-parse").stackSize(STACK_BYTES).start(work);
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// The parser descends recursively: what is too deep for its stack ends here as an answer.
    private static final class Parse implements Runnable {
        private final String text;
        private @Nullable CompilationUnit tree;
        private boolean tooDeep;

        Parse(String text) {
            this.text = text;
        }

        @Override
        public void run() {
            ParserConfiguration configuration =
                    new ParserConfiguration().setLanguageLevel(ParserConfiguration.LanguageLevel.BLEEDING_EDGE);
            // Without a language level `yield` is none; with it come walks over the whole tree that ask whether the
            // program compiles.
            configuration.getProcessors().clear();
            try {
                ParseResult<CompilationUnit> result = new JavaParser(configuration).parse(text);
                tree = result.isSuccessful() ? result.getResult().orElse(null) : null;
            } catch (StackOverflowError _) {
                tooDeep = true;
            }
        }
    }

    SyntaxNode at(int character) {
        return SyntaxNode.place("java", text.offset(character));
    }

    /// A place in the condensed text, line and column from 1, the column in UTF-16 units.
    SyntaxNode at(int line, int column) {
        int condensed = lineStarts[Math.clamp(line - 1, 0, lineStarts.length - 1)] + column - 1;
        return at(positions[Math.clamp(condensed, 0, positions.length - 1)]);
    }
}
