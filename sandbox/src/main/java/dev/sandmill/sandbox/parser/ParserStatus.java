package dev.sandmill.sandbox.parser;

/// How a parse ended, as a number in the answer's first field.
final class ParserStatus {
    static final int TREE = 0;
    static final int TOO_MANY_STEPS = 1;
    static final int TOO_LONG = 2;
    static final int TOO_MUCH_MEMORY = 3;
    static final int TOO_DEEP = 4;

    private ParserStatus() {}
}
