package dev.sandmill.sandbox.syntax;

/// Node's modules and globals under all the names they are reachable by.
final class ScriptModules {
    private ScriptModules() {}

    static boolean isLocal(String specifier) {
        return specifier.startsWith(".")
                || specifier.startsWith("/")
                || specifier.startsWith("#")
                || specifier.startsWith("file:");
    }

    /// A module's name as rules spell it: `fs.promises`. The module called `module` is `node.module`, to tell it from
    /// the variable that every file has.
    static String module(String specifier) {
        String plain = specifier.startsWith("node:") ? specifier.substring(5) : specifier;
        if (plain.equals("module")) {
            return "node.module";
        }
        return plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain.replace('/', '.');
    }

    static String global(String name) {
        return switch (name) {
            case "global", "window", "self", "root", "GLOBAL" -> "globalThis";
            default -> name;
        };
    }

    static String member(String path, String name) {
        if (path.equals("globalThis")) {
            return global(name);
        }
        if (name.equals("default")) {
            return path;
        }
        if (name.equals("constructor")) {
            return path.equals("~constructor") || !path.endsWith(")") && !path.startsWith("~") && !path.equals("module")
                    ? "Function"
                    : "~constructor";
        }
        if (path.startsWith("~") && isGuessed(name)) {
            return name;
        }
        return path + "." + name;
    }

    /// Names that, taken from an object nobody knows, may well be the global of that name.
    static boolean isGuessed(String name) {
        return switch (name) {
            case "process", "constructor", "mainModule" -> true;
            default -> false;
        };
    }

    static String withoutGuess(String path) {
        return path.startsWith("~") ? path.substring(1) : path;
    }
}
