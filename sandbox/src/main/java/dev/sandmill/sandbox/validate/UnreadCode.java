package dev.sandmill.sandbox.validate;

import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.PolicyLevel;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Finds ways to run code that no rule has read: compiled modules, variables that make an interpreter load
/// something, a package that names its code outside of the source files. Thread-safe.
public final class UnreadCode {
    /// Raised when these rules change; results that were cached under others are not found any more.
    public static final int VERSION = 1;

    private static final Set<String> COMPILED =
            Set.of("pyc", "pyo", "pyd", "so", "dylib", "dll", "node", "wasm", "egg", "whl", "pth", "class", "jar");
    private static final Set<String> READ = Set.of("js", "mjs", "cjs", "ts", "mts", "cts", "json");
    private static final List<String> PACKAGE_ENTRIES = List.of("main", "exports", "imports", "module");

    /// Variables that interpreters, loaders and compilers take code or options from, and beginnings of such.
    private static final Set<String> LOADING = Set.of(
            "ENV",
            "PATH",
            "IFS",
            "SHELLOPTS",
            "BASHOPTS",
            "PS4",
            "CLASSPATH",
            "CPATH",
            "LIBRARY_PATH",
            "COMPILER_PATH",
            "GCONV_PATH",
            "PERLLIB",
            "PHPRC",
            "GOFLAGS",
            "GOROOT",
            "GOPATH",
            "GOTOOLCHAIN",
            "RUSTC",
            "RUSTFLAGS",
            "RUBYOPT",
            "RUBYLIB",
            "RUBYPATH",
            "JAVA_TOOL_OPTIONS",
            "JDK_JAVA_OPTIONS",
            "_JAVA_OPTIONS");

    private static final List<String> LOADING_BEGINNINGS = List.of(
            "PYTHON",
            "NODE_",
            "LD_",
            "BASH_",
            "PERL5",
            "LUA_",
            "PHP_INI",
            "GCC_",
            "GLIBC_",
            "CARGO_",
            "R_PROFILE",
            "R_ENVIRON",
            "R_LIBS",
            "R_HOME");

    /// Beginning like these, and harmless.
    private static final Set<String> HARMLESS = Set.of(
            "NODE_ENV",
            "NODE_DEBUG",
            "NODE_NO_WARNINGS",
            "PYTHONIOENCODING",
            "PYTHONUTF8",
            "PYTHONUNBUFFERED",
            "PYTHONHASHSEED",
            "PYTHONDONTWRITEBYTECODE");

    private final JsonMapper json = JsonMapper.builder().build();

    /// @return nothing where the program may run; always nothing at `OFF`
    public List<Violation> check(ExecuteCode code) {
        List<Violation> violations = new ArrayList<>();
        if (code.policy() == PolicyLevel.OFF) {
            return violations;
        }
        for (SourceFile file : code.files()) {
            if (COMPILED.contains(ending(file.path()))) {
                violations.add(
                        at(file.path(), "files/compiled-code", "compiled code can not be read; send its source"));
            }
            if (file.path().equals("package.json") || file.path().endsWith("/package.json")) {
                checkPackage(file, violations);
            }
        }
        for (String name : code.env().keySet()) {
            if (loadsCode(name)) {
                violations.add(at(
                        "env",
                        "environment/interpreter",
                        "`" + name + "` changes what the interpreter loads; use another name"));
            }
        }
        return violations;
    }

    private static boolean loadsCode(String variable) {
        return LOADING.contains(variable)
                || !HARMLESS.contains(variable) && LOADING_BEGINNINGS.stream().anyMatch(variable::startsWith);
    }

    private void checkPackage(SourceFile file, List<Violation> violations) {
        JsonNode root;
        try {
            root = json.readTree(file.content().toByteArray());
        } catch (JacksonException unreadable) {
            violations.add(at(file.path(), "files/package", "package.json is no JSON: it can not be read"));
            return;
        }
        for (String entry : PACKAGE_ENTRIES) {
            if (!namesOnlySource(root.path(entry))) {
                violations.add(at(
                        file.path(),
                        "files/package",
                        "`" + entry
                                + "` names something that is not a source file; name a .js, .mjs, .cjs or .ts file"));
            }
        }
    }

    private static boolean namesOnlySource(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return true;
        }
        if (node.isString()) {
            return READ.contains(ending(node.asString()));
        }
        for (JsonNode child : node) {
            if (!namesOnlySource(child)) {
                return false;
            }
        }
        return node.isContainer();
    }

    private static Violation at(String path, String rule, String message) {
        return new Violation(rule, path, 1, 1, message);
    }

    private static String ending(String path) {
        return path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    }
}
