package dev.sandmill.sandbox.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A language's `language.yaml`. Commands are argv arrays, never a shell line. In each of their words stand
///
/// - `{entrypoint}` for the program's file, `src/main.c`
/// - `{stem}` for the same without its extension, `src/main`; a JVM takes it as the name of a class
/// - `{output}` for where the compile step leaves its result, a file or a folder: an absolute path inside the
///   workspace that no file of the request has
///
/// and a word that is `{sources}`, in `compile` alone, for all files of the request that have one of `extensions`,
/// one word each. Compiler and program run one after the other in the same container and workspace, under the same
/// user and each under the request's limits; nothing of the compiler's processes is left. Files in the workspace
/// count as memory, so what a compiler writes is part of the request's memory limit.
///
/// @param versionCommand what an image build asks for the version; unused here, the image's label has the answer
/// @param sourceFile the usual name of a program's only file
/// @param extensions of source files, with the dot
/// @param run has to name the program by `{entrypoint}`, `{stem}` or `{output}`
/// @param compile null for no compile step
/// @param executesFiles whether files of the workspace have to be executable; its mount is `noexec` otherwise
/// @param warm what waits for programs: nothing; for `zygote` an interpreter, `warmCommand`, that forks a child for
/// each; for `ahead`
///     a process for one program, started with the usual file's `run` command or with `warmCommand`
/// @param warmCommand what waits; where it has `{entrypoint}`, only programs with the usual file can be given to
///     that process; null for `run`
/// @param compileServer a command whose process serves the compile steps of all programs of a container and never runs
///     any: the compile command has a connection to it then, as descriptor 3; null for none. `PROTOCOL.md` of the
///     containers' init says what it has to do
/// @param warmEnv variables of what waits; no program gets them
/// @param warmMemoryMiB what waits and serves holds beside programs, on top of their limit; null for next to nothing
/// @param warmPids its processes and threads, on top of programs' limit; null for none but what waits
/// @param session the command of its driver, which keeps a program's state between the calls of a session; null for
///     none. `PROTOCOL.md` of the containers' init says what it has to do
/// @param warmSession whether what waits forks the driver, too: it has to say its process's number then
/// @param env variables that every program of the language gets, and its compiler
record LanguageDefinition(
        String name,
        List<String> aliases,
        List<String> versionCommand,
        String sourceFile,
        List<String> extensions,
        List<String> run,
        @Nullable List<String> compile,
        @Nullable Boolean executesFiles,
        Warmth warm,
        List<String> warmCommand,
        List<String> compileServer,
        Map<String, String> warmEnv,
        @Nullable Integer warmMemoryMiB,
        @Nullable Integer warmPids,
        @Nullable List<String> session,
        @Nullable Boolean warmSession,
        Map<String, String> env) {

    static final String ENTRYPOINT = "{entrypoint}";
    static final String STEM = "{stem}";
    static final String OUTPUT = "{output}";
    static final String SOURCES = "{sources}";

    private static final long MIB = 1L << 20;

    enum Warmth {
        none,
        zygote,
        ahead
    }

    LanguageDefinition {
        if (name == null || sourceFile == null || warm == null || run == null || run.isEmpty()) {
            throw new IllegalArgumentException("name, sourceFile, warm and run are required, in " + name);
        }
        aliases = aliases == null ? List.of() : List.copyOf(aliases);
        versionCommand = versionCommand == null ? List.of() : List.copyOf(versionCommand);
        extensions = extensions == null ? List.of() : List.copyOf(extensions);
        run = List.copyOf(run);
        compile = compile == null ? null : List.copyOf(compile);
        session = session == null ? null : List.copyOf(session);
        env = env == null ? Map.of() : Map.copyOf(env);
        warmCommand = warmCommand == null ? run : List.copyOf(warmCommand);
        compileServer = compileServer == null ? List.of() : List.copyOf(compileServer);
        warmEnv = warmEnv == null ? Map.of() : Map.copyOf(warmEnv);
        if (run.stream().noneMatch(LanguageDefinition::namesTheProgram)) {
            throw new IllegalArgumentException(
                    "run has to have " + ENTRYPOINT + ", " + STEM + " or " + OUTPUT + ", in " + name);
        }
        if (compile == null && run.stream().anyMatch(word -> word.contains(OUTPUT))) {
            throw new IllegalArgumentException("run with " + OUTPUT + " needs a compile step, in " + name);
        }
        if (compile != null && compile.isEmpty()) {
            throw new IllegalArgumentException("compile needs a command, in " + name);
        }
        if (warmCommand.isEmpty() || !warmCommand.equals(run) && warm == Warmth.none) {
            throw new IllegalArgumentException("warmCommand needs a word, and something warm, in " + name);
        }
        if (!compileServer.isEmpty() && (compile == null || warm != Warmth.ahead)) {
            throw new IllegalArgumentException("compileServer needs compile and warm: ahead, in " + name);
        }
        if (warmMemoryMiB != null && (warm == Warmth.none || warmMemoryMiB < 0 || warmMemoryMiB > 1024)) {
            throw new IllegalArgumentException(
                    "warmMemoryMiB needs something warm and is 0 to 1024, not " + warmMemoryMiB + ", in " + name);
        }
        if (Boolean.TRUE.equals(warmSession) && (session == null || warm != Warmth.zygote)) {
            throw new IllegalArgumentException("warmSession needs session and warm: zygote, in " + name);
        }
        if (warmPids != null && (warm == Warmth.none || warmPids < 0 || warmPids > 1024)) {
            throw new IllegalArgumentException(
                    "warmPids needs something warm and is 0 to 1024, not " + warmPids + ", in " + name);
        }
        if (compile != null && compile.contains(SOURCES) && extensions.isEmpty()) {
            throw new IllegalArgumentException(SOURCES + " needs extensions, in " + name);
        }
    }

    private static boolean namesTheProgram(String word) {
        return word.contains(ENTRYPOINT) || word.contains(STEM) || word.contains(OUTPUT);
    }

    boolean keepsState() {
        return session != null && !session.isEmpty();
    }

    boolean keepsStateWarm() {
        return Boolean.TRUE.equals(warmSession);
    }

    boolean isWarm() {
        return warm != Warmth.none;
    }

    boolean compilesWarm() {
        return !compileServer.isEmpty();
    }

    /// Whether what waits can become the program with that file.
    boolean warmFor(String entrypoint) {
        return isWarm()
                && (entrypoint.equals(sourceFile)
                        || warmCommand().stream().noneMatch(word -> word.contains(ENTRYPOINT)));
    }

    long warmBytes() {
        return warmMemoryMiB == null ? 0 : warmMemoryMiB * MIB;
    }

    long warmThreads() {
        return warmPids == null ? 0 : warmPids;
    }

    boolean compiles() {
        return compile != null;
    }

    boolean executes() {
        return Boolean.TRUE.equals(executesFiles);
    }

    List<String> command(String entrypoint, String output) {
        return run.stream().map(word -> filled(word, entrypoint, output)).toList();
    }

    List<String> warmCommand(String entrypoint, String output) {
        return warmCommand.stream()
                .map(word -> filled(word, entrypoint, output))
                .toList();
    }

    /// Empty for a language without a compile step.
    ///
    /// @throws InvalidProgram when no path has one of the extensions
    List<String> compileCommand(List<String> paths, String entrypoint, String output) throws InvalidProgram {
        List<String> command = new ArrayList<>();
        for (String word : compile == null ? List.<String>of() : compile) {
            if (word.equals(SOURCES)) {
                command.addAll(sources(paths));
            } else {
                command.add(filled(word, entrypoint, output));
            }
        }
        return command;
    }

    private List<String> sources(List<String> paths) throws InvalidProgram {
        List<String> sources = paths.stream()
                .filter(path -> extensions.stream().anyMatch(path::endsWith))
                .map(LanguageDefinition::asFile)
                .toList();
        if (sources.isEmpty()) {
            throw new InvalidProgram("files: none ends in " + String.join(" or ", extensions));
        }
        return sources;
    }

    /// Compilers take words with these beginnings for options and lists of words.
    private static String asFile(String path) {
        return path.startsWith("-") || path.startsWith("@") ? "./" + path : path;
    }

    private static String filled(String word, String entrypoint, String output) {
        if (word.equals(ENTRYPOINT)) {
            return entrypoint;
        }
        return word.replace(OUTPUT, output).replace(STEM, stem(entrypoint)).replace(ENTRYPOINT, entrypoint);
    }

    private static String stem(String path) {
        int dot = path.lastIndexOf('.');
        return dot > path.lastIndexOf('/') + 1 ? path.substring(0, dot) : path;
    }
}
