package dev.sandmill.sandbox.syntax;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Modules under all the names they are reachable by: modules of the standard library are full of references to other
/// modules (`logging.os`, `random._os`), and some have a twin in C.
final class PythonModules {
    /// Reached through other modules, these are still themselves.
    private static final Set<String> FOLLOWED = Set.of(
            "os",
            "sys",
            "builtins",
            "importlib",
            "subprocess",
            "socket",
            "ctypes",
            "gc",
            "inspect",
            "multiprocessing",
            "marshal",
            "pty",
            "posix",
            "nt",
            "imp",
            "_thread",
            "signal",
            "runpy",
            "code",
            "ssl",
            "selectors",
            "urllib",
            "http",
            "ftplib",
            "smtplib",
            "time",
            "random");

    private PythonModules() {}

    static String member(String path, String name) {
        if (name.equals("__dict__")) {
            return path + ".__dict__";
        }
        if (name.equals("value") && FOLLOWED.contains(path)) {
            return path; // what an enum's member holds
        }
        if (name.equals("__builtins__")) {
            return "builtins";
        }
        String plain = name.startsWith("_") && !name.startsWith("__") ? name.substring(1) : name;
        boolean namesModule = FOLLOWED.contains(plain)
                && !path.startsWith("builtins")
                && !path.contains("()")
                && !(path + "." + name).equals("time.time")
                && !(path + "." + name).equals("random.random")
                && !path.startsWith("numpy")
                && !path.startsWith("signal")
                && !path.startsWith("datetime");
        return canonical(namesModule ? plain : path + "." + name);
    }

    /// What a constant of a module spells; null where the path is none.
    static @Nullable String constant(String path) {
        return switch (path) {
            case "os.sep", "os.path.sep", "posixpath.sep" -> "/";
            case "os.pardir", "os.path.pardir", "posixpath.pardir" -> "..";
            case "os.curdir", "os.path.curdir", "posixpath.curdir" -> ".";
            default -> null;
        };
    }

    /// One name for a module and its twins.
    static String canonical(String path) {
        int dot = path.indexOf('.');
        String top = dot < 0 ? path : path.substring(0, dot);
        String rest = dot < 0 ? "" : path.substring(dot);
        return switch (top) {
            case "posix", "nt" -> "os" + rest;
            case "__builtin__" -> "builtins" + rest;
            case "_socket" -> "socket" + rest;
            case "_ctypes" -> "ctypes" + rest;
            case "_posixsubprocess" -> "subprocess" + rest;
            case "_ssl" -> "ssl" + rest;
            case "_io" -> "io" + rest;
            case "_random" -> "random" + rest;
            case "_operator" -> "operator" + rest;
            case "_pickle" -> "pickle" + rest;
            case "_frozen_importlib", "_frozen_importlib_external", "_imp", "imp" -> "importlib" + rest;
            case "__main__" -> path;
            default -> path;
        };
    }

    /// Names that, taken from an object nobody knows, may well be the module of that name.
    static boolean isGuessed(String name) {
        return switch (name) {
            case "os", "_os", "sys", "_sys", "builtins", "importlib", "subprocess" -> true;
            default -> false;
        };
    }

    static String withoutGuess(String path) {
        if (!path.startsWith("~")) {
            return path;
        }
        return path.startsWith("~_") ? path.substring(2) : path.substring(1);
    }
}
