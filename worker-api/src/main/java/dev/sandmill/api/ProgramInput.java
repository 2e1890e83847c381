package dev.sandmill.api;

import java.util.List;

/// One input of a program that runs several times.
public record ProgramInput(Content stdin, List<String> args) {
    public ProgramInput {
        args = List.copyOf(args);
    }
}
