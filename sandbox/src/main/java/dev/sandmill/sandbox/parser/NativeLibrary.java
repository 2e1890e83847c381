package dev.sandmill.sandbox.parser;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;

/// One shared library, never unloaded.
record NativeLibrary(Path file, SymbolLookup symbols) {
    @SuppressWarnings("restricted")
    static NativeLibrary open(Path file) {
        return new NativeLibrary(file, SymbolLookup.libraryLookup(file, Arena.global()));
    }

    MemorySegment function(String name) {
        return symbols.find(name).orElseThrow(() -> new IllegalStateException(file + " has no function " + name));
    }
}
