package dev.sandmill.sandbox.syntax;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the import statements of one Python file load and bind. Modules that are files of the program itself are not
/// outside: their names are found among the program's members.
final class PythonImports {
    /// Loaded before any program runs, so that a file of this name is never what `import` finds.
    private static final Set<String> PRELOADED = Set.of(
            "os",
            "sys",
            "builtins",
            "io",
            "abc",
            "site",
            "codecs",
            "encodings",
            "stat",
            "posixpath",
            "genericpath",
            "posix",
            "importlib",
            "marshal",
            "time",
            "zipimport",
            "_thread",
            "_io",
            "_imp",
            "_weakref",
            "_frozen_importlib");

    private final Set<String> localModules;
    private final PythonNames names;
    private final Members members;

    PythonImports(Set<String> localModules, PythonNames names, Members members) {
        this.localModules = localModules;
        this.names = names;
        this.members = members;
    }

    boolean isLocal(String module) {
        int dot = module.indexOf('.');
        String top = dot < 0 ? module : module.substring(0, dot);
        return module.isEmpty() || top.equals("__main__") || localModules.contains(top) && !PRELOADED.contains(top);
    }

    /// Names that the statement binds.
    Map<String, Value> bindings(SyntaxNode statement) {
        Map<String, Value> bindings = new LinkedHashMap<>();
        if (statement.is("import_statement")) {
            for (SyntaxNode imported : statement.children()) {
                String module = moduleName(imported);
                SyntaxNode alias = imported.child("alias");
                String bound = alias == null ? top(module) : module;
                bindings.put(alias == null ? top(module) : PythonText.name(alias), loaded(bound));
            }
            return bindings;
        }
        String module = fromModule(statement);
        for (SyntaxNode imported : statement.children()) {
            if (imported.is("wildcard_import")) {
                importStar(module);
            } else if ("name".equals(imported.field())) {
                String name = moduleName(imported);
                SyntaxNode alias = imported.child("alias");
                bindings.put(alias == null ? name : PythonText.name(alias), member(module, name));
            }
        }
        return bindings;
    }

    /// Full names of the modules that the statement loads from outside.
    List<String> loads(SyntaxNode statement) {
        List<String> modules = new ArrayList<>();
        if (statement.is("import_statement")) {
            statement.children().forEach(imported -> modules.add(moduleName(imported)));
        } else {
            modules.add(fromModule(statement));
        }
        modules.removeIf(this::isLocal);
        return modules.stream().map(PythonModules::canonical).toList();
    }

    /// Full names of what a `from` import takes from outside.
    List<String> takes(SyntaxNode statement) {
        List<String> taken = new ArrayList<>();
        if (statement.is("import_from_statement") && !isLocal(fromModule(statement))) {
            for (SyntaxNode imported : statement.children()) {
                if ("name".equals(imported.field())) {
                    taken.add(PythonModules.member(fromModule(statement), moduleName(imported)));
                }
            }
        }
        return taken;
    }

    Value loaded(String module) {
        return isLocal(module) ? Value.UNKNOWN : Value.outside(PythonModules.canonical(module));
    }

    private Value member(String module, String name) {
        return isLocal(module) ? members.get(name).orUnknown() : Value.outside(PythonModules.member(module, name));
    }

    private void importStar(String module) {
        if (isLocal(module)) {
            names.importOwnStar();
        } else {
            names.importStar(PythonModules.canonical(module));
        }
    }

    private static String moduleName(SyntaxNode imported) {
        SyntaxNode name = imported.child("name");
        return PythonText.dotted(name == null ? imported : name);
    }

    /// Empty for relative imports, which stay among the program's own files.
    private static String fromModule(SyntaxNode statement) {
        SyntaxNode module = statement.child("module_name");
        return module == null || module.is("relative_import") ? "" : PythonText.dotted(module);
    }

    private static String top(String module) {
        int dot = module.indexOf('.');
        return dot < 0 ? module : module.substring(0, dot);
    }
}
