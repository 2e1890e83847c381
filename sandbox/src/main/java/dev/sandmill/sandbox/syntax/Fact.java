package dev.sandmill.sandbox.syntax;

import java.util.List;
import java.util.Map;

/// Something a program does, at a place, with names resolved: what rules are written on.
public sealed interface Fact {
    SyntaxNode at();

    /// The program loads a module that is not its own, by its full name.
    record Import(String module, SyntaxNode at) implements Fact {}

    /// The program mentions something from outside, under whatever name.
    record Use(String path, SyntaxNode at) implements Fact {}

    /// It takes a member by this name from anything at all.
    record Member(String name, SyntaxNode at) implements Fact {}

    /// It calls something from outside.
    ///
    /// @param receiver what the callee was taken from
    record Call(String path, Value receiver, List<Value> arguments, Map<String, Value> named, SyntaxNode at)
            implements Fact {}

    /// It calls a method of something that may be anything.
    record Method(String name, Value receiver, List<Value> arguments, SyntaxNode at) implements Fact {}

    /// It hands something from outside to where it cannot be followed: into a container, a call, a field.
    record HandedOn(String path, SyntaxNode at) implements Fact {}

    /// It takes a member of something from outside by a name that is computed when it runs.
    record ComputedMember(String path, SyntaxNode at) implements Fact {}

    /// It runs or loads code that is computed when it runs.
    record ComputedCode(String path, SyntaxNode at) implements Fact {}

    /// It spells a path of the system's own files.
    record SystemPath(String path, SyntaxNode at) implements Fact {}

    /// The same fact at another place.
    default Fact movedTo(SyntaxNode place) {
        return switch (this) {
            case Import(String module, SyntaxNode _) -> new Import(module, place);
            case Use(String path, SyntaxNode _) -> new Use(path, place);
            case Member(String name, SyntaxNode _) -> new Member(name, place);
            case Call(var path, var receiver, var arguments, var named, var _) ->
                new Call(path, receiver, arguments, named, place);
            case Method(var name, var receiver, var arguments, var _) -> new Method(name, receiver, arguments, place);
            case HandedOn(String path, SyntaxNode _) -> new HandedOn(path, place);
            case ComputedMember(String path, SyntaxNode _) -> new ComputedMember(path, place);
            case ComputedCode(String path, SyntaxNode _) -> new ComputedCode(path, place);
            case SystemPath(String path, SyntaxNode _) -> new SystemPath(path, place);
        };
    }
}
