package dev.sandmill.sandbox.syntax;

import com.github.javaparser.JavaParser;
import com.github.javaparser.ParseResult;
import com.github.javaparser.ParserConfiguration;
import com.github.javaparser.ast.CompilationUnit;
import org.jspecify.annotations.Nullable;

/// One Java file after its parse.
///
/// @param tree null where the parser did not understand the file; its words are looked at instead
record JavaFile(
        SourceUnit unit,
        JavaText text,
        JavaTokens tokens,
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
        Parse parse = new Parse(text.text());
        if (tokens.isShallow()) {
            parse.run();
        } else {
            runWithDeepStack(parse);
        }
        if (parse.tooDeep) {
            return new Read.TooDeep(0);
        }
        SourceUnit unit = new SourceUnit(path, Dialect.JAVA, source, java.util.List.of(), parse.tree == null);
        return new Read.File(new JavaFile(unit, text, tokens, parse.tree));
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

    SyntaxNode at(int line, int column) {
        return SyntaxNode.place("java", text.offset(line, column));
    }
}
