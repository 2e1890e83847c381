package dev.sandmill.sandbox.parser;

/// One set of parsers for all tests of a JVM: each process takes half a second to start where the spare one has to do.
/// They end with the JVM, when their input does.
public final class SharedParsers {
    public static final Parsers INSTANCE = Parsers.open();

    private SharedParsers() {}
}
