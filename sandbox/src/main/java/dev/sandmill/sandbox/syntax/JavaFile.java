package dev.sandmill.sandbox.syntax;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One Java file after its parse.
///
/// @param tree null where the compiler does not understand the file; its words are looked at instead
record JavaFile(SourceUnit unit, JavaText text, @Nullable JavaTree tree) {
    private static final long STACK_BYTES = 64L << 20;

    /// What came of a parse.
    sealed interface Read {
        record File(JavaFile file) implements Read {}

        record TooDeep(int offset) implements Read {}
    }

    static Read parse(CompilerParser compiler, String path, byte[] source) {
        JavaText text = new JavaText(source);
        JavaTokens tokens = new JavaTokens(text.text());
        if (tokens.tooDeepAt() >= 0) {
            return new Read.TooDeep(text.offset(text.written(tokens.tooDeepAt())));
        }
        Parse parse = new Parse(compiler, text.written());
        if (tokens.isShallow()) {
            parse.run();
        } else {
            runWithDeepStack(parse);
        }
        if (parse.tooDeep) {
            return new Read.TooDeep(0);
        }
        SourceUnit unit = new SourceUnit(path, Dialect.JAVA, source, List.of(), parse.tree == null);
        return new Read.File(new JavaFile(unit, text, parse.tree));
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
        private final CompilerParser compiler;
        private final String text;
        private @Nullable JavaTree tree;
        private boolean tooDeep;

        Parse(CompilerParser compiler, String text) {
            this.compiler = compiler;
            this.text = text;
        }

        @Override
        public void run() {
            try {
                CompilerParser.Parsed parsed = compiler.parse(text);
                tree = parsed == null ? null : JavaTreeReader.read(parsed);
            } catch (StackOverflowError _) {
                tooDeep = true;
            }
        }
    }

    /// @param character index in the file as it is written
    SyntaxNode at(int character) {
        return SyntaxNode.place("java", text.offset(character));
    }

    /// @param character index in the text that the file is read as
    SyntaxNode atRead(int character) {
        return at(text.written(character));
    }
}
