package dev.sandmill.sandbox.run;

import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.Limits;
import dev.sandmill.api.ProgramInput;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.json.RequestBounds;
import dev.sandmill.sandbox.container.ContainerSpec;
import dev.sandmill.sandbox.container.PoolKey;
import dev.sandmill.sandbox.wire.Frame.Warmth;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A request that was checked and is ready to run.
///
/// @param warm whether what waits in the container can become it
/// @param warmCompiler whether its compile step is served by what stays in the container
/// @param compiler argv of the compile step; empty for none
/// @param invocations one, or one for each of the request's inputs
/// @param environment `NAME=value` each
public record PreparedProgram(
        ExecuteCode code,
        ContainerSpec container,
        boolean warm,
        boolean warmCompiler,
        List<SourceFile> files,
        List<String> compiler,
        List<Invocation> invocations,
        List<String> environment) {

    /// One start of the program.
    ///
    /// @param command argv as the program's own process gets it
    public record Invocation(List<String> command, Content stdin) {
        public Invocation {
            command = List.copyOf(command);
        }
    }

    /// Where programs run inside every container.
    private static final String FOLDER = "/workspace/run";

    private static final String OUTPUT = "sandmill.out";

    private static final int STRINGS_MAX = 4000;
    private static final int STRINGS_MAX_BYTES = 100 * 1024;

    /// Variables with these beginnings change how an interpreter, a runtime or a library starts, so it cannot have been
    /// started before.
    private static final List<String> STARTING = List.of(
            "PYTHON",
            "NODE_",
            "JAVA_",
            "JDK_",
            "_JAVA_",
            "LD_",
            "LC_",
            "LANG",
            "MALLOC_",
            "GLIBC_",
            "TZ",
            "OMP_",
            "OPENBLAS_",
            "GOTO_",
            "MKL_",
            "NPY_",
            "NUMEXPR_",
            "SSL_",
            "OPENSSL_",
            "ICU_",
            "UV_");

    private static final Map<String, String> ALWAYS =
            Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "HOME", FOLDER, "LANG", "C.UTF-8", "TZ", "UTC");

    public PreparedProgram {
        files = List.copyOf(files);
        compiler = List.copyOf(compiler);
        invocations = List.copyOf(invocations);
        environment = List.copyOf(environment);
    }

    /// @throws InvalidProgram for what can never run
    public static PreparedProgram of(ExecuteCode code, InstalledLanguage language) throws InvalidProgram {
        int inputsMax = RequestBounds.DEFAULT.inputs();
        if (code.inputs().size() > inputsMax) {
            throw new InvalidProgram(
                    "inputs: at most " + inputsMax + ", not " + code.inputs().size());
        }
        OutputGlobs.checked(code.outputs());
        LanguageDefinition definition = language.definition();
        Workspace workspace = Workspace.of(code, definition.sourceFile());
        List<String> paths = workspace.files().stream().map(SourceFile::path).toList();
        String output = FOLDER + "/" + outputBeside(paths);
        List<String> compiler = definition.compileCommand(
                paths.stream().map(PreparedProgram::noOption).toList(), noOption(workspace.entrypoint()), output);
        check("files", compiler);
        List<String> command = definition.command(noOption(workspace.entrypoint()), output);
        List<Invocation> invocations = new ArrayList<>();
        if (code.inputs().isEmpty()) {
            invocations.add(invocation(command, code.args(), code.stdin()));
        }
        for (ProgramInput input : code.inputs()) {
            invocations.add(invocation(command, input.args(), input.stdin()));
        }
        check("env", code.env().keySet().stream().toList());
        if (code.env().keySet().stream().anyMatch(name -> name.isEmpty() || name.contains("="))) {
            throw new InvalidProgram("env: a name may not be empty or contain =");
        }
        List<String> environment = environment(definition.env(), code.env());
        check("env", environment);
        boolean warm = definition.warmFor(workspace.entrypoint())
                && output.equals(FOLDER + "/" + OUTPUT)
                && code.env().keySet().stream()
                        .noneMatch(name -> STARTING.stream().anyMatch(name::startsWith));
        return new PreparedProgram(
                code,
                containerFor(language, code.limits()),
                warm,
                warm && definition.compilesWarm(),
                workspace.files(),
                compiler,
                invocations,
                environment);
    }

    /// A file may be called `-c` or `@x`; nothing must take its name for an option, nor, as compilers do, for one
    /// that says where more options are.
    private static String noOption(String path) {
        return path.startsWith("-") || path.startsWith("@") ? "./" + path : path;
    }

    private static String outputBeside(List<String> paths) {
        String output = OUTPUT;
        while (isTaken(output, paths)) {
            output += "_";
        }
        return output;
    }

    private static boolean isTaken(String name, List<String> paths) {
        return paths.stream().anyMatch(path -> path.equals(name) || path.startsWith(name + "/"));
    }

    public boolean compiles() {
        return !compiler.isEmpty();
    }

    private static Invocation invocation(List<String> command, List<String> args, Content stdin) throws InvalidProgram {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(args);
        check("args", whole);
        return new Invocation(whole, stdin);
    }

    /// The container that a language's programs with these limits run in.
    public static ContainerSpec containerFor(InstalledLanguage language, Limits limits) {
        LanguageDefinition definition = language.definition();
        PoolKey key = new PoolKey(
                language.image().id(), limits.memoryBytes(), limits.pids(), limits.diskBytes(), definition.executes());
        if (!definition.isWarm()) {
            return ContainerSpec.cold(key);
        }
        return new ContainerSpec(
                key,
                definition.warm() == LanguageDefinition.Warmth.zygote ? Warmth.FORKED : Warmth.AHEAD,
                definition.warmBytes(),
                definition.warmThreads(),
                warmCommand(definition),
                definition.compileServer(),
                environment(definition.env(), definition.warmEnv()));
    }

    private static List<String> warmCommand(LanguageDefinition definition) {
        return definition.isWarm() ? definition.warmCommand(definition.sourceFile(), FOLDER + "/" + OUTPUT) : List.of();
    }

    static List<String> environment(Map<String, String> language, Map<String, String> own) {
        Map<String, String> all = new LinkedHashMap<>(new TreeMap<>(ALWAYS));
        all.putAll(new TreeMap<>(language));
        all.putAll(own);
        return all.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .toList();
    }

    private static void check(String field, List<String> strings) throws InvalidProgram {
        long bytes = strings.stream()
                .mapToLong(string -> string.getBytes(StandardCharsets.UTF_8).length + 1L)
                .sum();
        if (strings.size() > STRINGS_MAX || bytes > STRINGS_MAX_BYTES) {
            throw new InvalidProgram(field + ": at most " + STRINGS_MAX + " strings and " + STRINGS_MAX_BYTES
                    + " bytes together, not " + strings.size() + " and " + bytes);
        }
        if (Stream.of(strings).flatMap(List::stream).anyMatch(string -> string.indexOf('\0') >= 0)) {
            throw new InvalidProgram(field + ": no string may contain a zero byte");
        }
    }
}
