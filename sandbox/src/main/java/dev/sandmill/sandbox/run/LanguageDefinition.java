package dev.sandmill.sandbox.run;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A language's `language.yaml`.
///
/// @param versionCommand what an image build asks for the version; unused here, the image's label has the answer
/// @param sourceFile the usual name of a program's only file
/// @param run argv; `{entrypoint}` stands for the program's file
/// @param compile argv of a compile step; null for none
/// @param env variables that every program of the language gets
record LanguageDefinition(
        String name,
        List<String> aliases,
        List<String> versionCommand,
        String sourceFile,
        List<String> run,
        @Nullable List<String> compile,
        Warmth warm,
        Map<String, String> env) {

    static final String ENTRYPOINT = "{entrypoint}";

    enum Warmth {
        none,
        zygote
    }

    LanguageDefinition {
        if (name == null || sourceFile == null || warm == null || run == null || !run.contains(ENTRYPOINT)) {
            throw new IllegalArgumentException(
                    "name, sourceFile, warm and run with " + ENTRYPOINT + " are required, in " + name);
        }
        if (compile != null) {
            throw new IllegalArgumentException("a compile step is not known yet, in " + name);
        }
        if (warm == Warmth.zygote && (run.size() != 2 || !run.getLast().equals(ENTRYPOINT))) {
            throw new IllegalArgumentException("a zygote needs run: [interpreter, " + ENTRYPOINT + "], in " + name);
        }
        aliases = aliases == null ? List.of() : List.copyOf(aliases);
        versionCommand = versionCommand == null ? List.of() : List.copyOf(versionCommand);
        run = List.copyOf(run);
        env = env == null ? Map.of() : Map.copyOf(env);
    }

    boolean isWarm() {
        return warm != Warmth.none;
    }

    List<String> command(String entrypoint) {
        return run.stream()
                .map(word -> word.equals(ENTRYPOINT) ? entrypoint : word)
                .toList();
    }
}
