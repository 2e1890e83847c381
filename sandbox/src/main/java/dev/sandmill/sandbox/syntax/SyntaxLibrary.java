package dev.sandmill.sandbox.syntax;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.treesitter.TSParser;
import org.treesitter.TreeSitterBash;
import org.treesitter.TreeSitterJavascript;
import org.treesitter.TreeSitterPython;
import org.treesitter.TreeSitterTypescript;

/// Where tree-sitter's C functions and grammars come from: the library that the set-up compiled for this machine, where
/// there is one; else those that come with the Java binding, which are compiled without optimisation and take three
/// times as long. The grammars are the same versions in both.
@SuppressWarnings("restricted")
final class SyntaxLibrary {
    /// Names the compiled library's file.
    static final String PROPERTY = "sandmill.syntax.library";

    private static final Logger LOG = LoggerFactory.getLogger(SyntaxLibrary.class);

    /// Without one of these, a library is of another version or kind.
    private static final List<String> NEEDED = List.of(
            "ts_parser_parse_with_options",
            "tree_sitter_python",
            "tree_sitter_javascript",
            "tree_sitter_typescript",
            "tree_sitter_bash");

    private final SymbolLookup symbols;

    private SyntaxLibrary(SymbolLookup symbols) {
        this.symbols = symbols;
    }

    static SyntaxLibrary open() {
        SymbolLookup compiled = compiled(System.getProperty(PROPERTY));
        return new SyntaxLibrary(compiled == null ? bundled() : compiled);
    }

    /// Null where there is none that can be used.
    static @Nullable SymbolLookup compiled(@Nullable String file) {
        if (file == null || file.isBlank()) {
            return null;
        }
        try {
            SymbolLookup library = SymbolLookup.libraryLookup(Path.of(file), Arena.global());
            List<String> missing =
                    NEEDED.stream().filter(name -> library.find(name).isEmpty()).toList();
            if (missing.isEmpty()) {
                return library;
            }
            LOG.warn("{} lacks {}: parsing with the slower library of the Java binding", file, missing);
        } catch (IllegalArgumentException unusable) {
            LOG.warn("{} cannot be loaded: parsing with the slower library of the Java binding", file, unusable);
        }
        return null;
    }

    private static SymbolLookup bundled() {
        new TSParser().close();
        // Each loads its grammar.
        new TreeSitterPython();
        new TreeSitterJavascript();
        new TreeSitterTypescript();
        new TreeSitterBash();
        return SymbolLookup.loaderLookup();
    }

    MemorySegment function(String name) {
        return symbols.find(name)
                .orElseThrow(() -> new IllegalStateException("the tree-sitter library has no function " + name));
    }
}
