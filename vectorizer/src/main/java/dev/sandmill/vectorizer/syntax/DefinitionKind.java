package dev.sandmill.vectorizer.syntax;

/// What a node of a syntax tree defines.
public enum DefinitionKind {
    FUNCTION,
    METHOD,
    CLASS,
    MODULE
}
