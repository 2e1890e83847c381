package dev.sandmill.sandbox.parser;

/// What came of a parse.
public sealed interface ParseAnswer {
    record Parsed(FlatTree tree) implements ParseAnswer {}

    /// The tree is deeper than was asked for, at this offset.
    record TooDeep(int offset) implements ParseAnswer {}

    /// A limit was reached at this offset.
    ///
    /// @param limit for people: `10000000 steps`
    record OverLimit(int offset, String limit) implements ParseAnswer {}

    /// The source made a parser end, and another one too.
    record Ended() implements ParseAnswer {}
}
