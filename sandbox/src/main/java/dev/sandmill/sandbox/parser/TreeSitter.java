package dev.sandmill.sandbox.parser;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;

/// The functions of tree-sitter's C library that a parse takes, called directly: with the Java binding's own
/// classes they cost three times as much as the parse. In the spare parser's process only.
///
/// Layouts are those of `tree_sitter/api.h`, versions 0.25 and 0.26.
@SuppressWarnings("restricted")
final class TreeSitter {
    /// `TSNode`: four words of context, of which the first is the start's offset, and two pointers.
    static final StructLayout NODE =
            MemoryLayout.structLayout(MemoryLayout.sequenceLayout(4, JAVA_INT), ADDRESS, ADDRESS);

    /// `TSTreeCursor`.
    static final StructLayout CURSOR = MemoryLayout.structLayout(
            ADDRESS, ADDRESS, MemoryLayout.sequenceLayout(3, JAVA_INT), MemoryLayout.paddingLayout(4));

    /// `TSInput`: payload, read, encoding, decode.
    static final StructLayout INPUT =
            MemoryLayout.structLayout(ADDRESS, ADDRESS, JAVA_INT, MemoryLayout.paddingLayout(4), ADDRESS);

    /// `TSParseOptions`: payload, progress.
    static final StructLayout OPTIONS = MemoryLayout.structLayout(ADDRESS, ADDRESS);

    /// `TSPoint`.
    static final StructLayout POINT = MemoryLayout.structLayout(JAVA_INT, JAVA_INT);

    static final FunctionDescriptor READ = FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, POINT, ADDRESS);
    static final FunctionDescriptor PROGRESS = FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS);

    private static final Linker LINKER = Linker.nativeLinker();

    private static final MethodHandle PARSER_NEW = bind("ts_parser_new", FunctionDescriptor.of(ADDRESS));
    private static final MethodHandle PARSER_DELETE = bind("ts_parser_delete", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle SET_LANGUAGE =
            bind("ts_parser_set_language", FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS, ADDRESS));
    private static final MethodHandle PARSE =
            bind("ts_parser_parse_with_options", FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, INPUT, OPTIONS));
    private static final MethodHandle TREE_DELETE = bind("ts_tree_delete", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle ROOT = bind("ts_tree_root_node", FunctionDescriptor.of(NODE, ADDRESS));
    private static final MethodHandle HAS_ERROR = bind("ts_node_has_error", FunctionDescriptor.of(JAVA_BOOLEAN, NODE));
    private static final MethodHandle SYMBOL = bind("ts_node_symbol", FunctionDescriptor.of(JAVA_SHORT, NODE));
    private static final MethodHandle END = bind("ts_node_end_byte", FunctionDescriptor.of(JAVA_INT, NODE));
    private static final MethodHandle CURSOR_NEW = bind("ts_tree_cursor_new", FunctionDescriptor.of(CURSOR, NODE));
    private static final MethodHandle CURSOR_DELETE = bind("ts_tree_cursor_delete", FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle CURRENT =
            bind("ts_tree_cursor_current_node", FunctionDescriptor.of(NODE, ADDRESS));
    private static final MethodHandle FIELD =
            bind("ts_tree_cursor_current_field_id", FunctionDescriptor.of(JAVA_SHORT, ADDRESS));
    private static final MethodHandle FIRST_CHILD =
            bind("ts_tree_cursor_goto_first_child", FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS));
    private static final MethodHandle NEXT_SIBLING =
            bind("ts_tree_cursor_goto_next_sibling", FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS));
    private static final MethodHandle PARENT =
            bind("ts_tree_cursor_goto_parent", FunctionDescriptor.of(JAVA_BOOLEAN, ADDRESS));
    private static final MethodHandle SYMBOLS =
            bind("ts_language_symbol_count", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle SYMBOL_NAME =
            bind("ts_language_symbol_name", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_SHORT));
    private static final MethodHandle SYMBOL_TYPE =
            bind("ts_language_symbol_type", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_SHORT));
    private static final MethodHandle FIELDS =
            bind("ts_language_field_count", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    private static final MethodHandle FIELD_NAME =
            bind("ts_language_field_name_for_id", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_SHORT));

    private TreeSitter() {}

    private static MethodHandle bind(String name, FunctionDescriptor type) {
        return LINKER.downcallHandle(SpareGrammar.CORE.function(name), type);
    }

    /// A grammar by its entry point.
    static MemorySegment language(MemorySegment entryPoint) {
        try {
            return (MemorySegment) LINKER.downcallHandle(entryPoint, FunctionDescriptor.of(ADDRESS))
                    .invokeExact();
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static MemorySegment newParser(MemorySegment language) {
        try {
            MemorySegment parser = (MemorySegment) PARSER_NEW.invokeExact();
            if (!(boolean) SET_LANGUAGE.invokeExact(parser, language)) {
                PARSER_DELETE.invokeExact(parser);
                throw new IllegalStateException("the grammar is of another version than the tree-sitter library");
            }
            return parser;
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static void deleteParser(MemorySegment parser) {
        try {
            PARSER_DELETE.invokeExact(parser);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    /// NULL where the progress function ended the parse.
    static MemorySegment parse(MemorySegment parser, MemorySegment input, MemorySegment options) {
        try {
            return (MemorySegment) PARSE.invokeExact(parser, MemorySegment.NULL, input, options);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static void deleteTree(MemorySegment tree) {
        try {
            TREE_DELETE.invokeExact(tree);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static MemorySegment root(SegmentAllocator allocator, MemorySegment tree) {
        try {
            return (MemorySegment) ROOT.invokeExact(allocator, tree);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static boolean hasError(MemorySegment node) {
        try {
            return (boolean) HAS_ERROR.invokeExact(node);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static int symbol(MemorySegment node) {
        try {
            return Short.toUnsignedInt((short) SYMBOL.invokeExact(node));
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static int start(MemorySegment node) {
        return node.get(JAVA_INT, 0);
    }

    static int end(MemorySegment node) {
        try {
            return (int) END.invokeExact(node);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static MemorySegment newCursor(SegmentAllocator allocator, MemorySegment node) {
        try {
            return (MemorySegment) CURSOR_NEW.invokeExact(allocator, node);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static void deleteCursor(MemorySegment cursor) {
        try {
            CURSOR_DELETE.invokeExact(cursor);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static MemorySegment current(SegmentAllocator allocator, MemorySegment cursor) {
        try {
            return (MemorySegment) CURRENT.invokeExact(allocator, cursor);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static int field(MemorySegment cursor) {
        try {
            return Short.toUnsignedInt((short) FIELD.invokeExact(cursor));
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static boolean toFirstChild(MemorySegment cursor) {
        try {
            return (boolean) FIRST_CHILD.invokeExact(cursor);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static boolean toNextSibling(MemorySegment cursor) {
        try {
            return (boolean) NEXT_SIBLING.invokeExact(cursor);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static boolean toParent(MemorySegment cursor) {
        try {
            return (boolean) PARENT.invokeExact(cursor);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static int symbolCount(MemorySegment language) {
        try {
            return (int) SYMBOLS.invokeExact(language);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static String symbolName(MemorySegment language, int symbol) {
        try {
            return text((MemorySegment) SYMBOL_NAME.invokeExact(language, (short) symbol));
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static boolean isNamed(MemorySegment language, int symbol) {
        try {
            return (int) SYMBOL_TYPE.invokeExact(language, (short) symbol) == 0;
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static int fieldCount(MemorySegment language) {
        try {
            return (int) FIELDS.invokeExact(language);
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    static String fieldName(MemorySegment language, int field) {
        try {
            return text((MemorySegment) FIELD_NAME.invokeExact(language, (short) field));
        } catch (Throwable failed) {
            throw broken(failed);
        }
    }

    private static String text(MemorySegment name) {
        return name.equals(MemorySegment.NULL)
                ? ""
                : name.reinterpret(Long.MAX_VALUE).getString(0).intern();
    }

    private static RuntimeException broken(Throwable failed) {
        return switch (failed) {
            case Error error -> throw error;
            case RuntimeException unchecked -> unchecked;
            default -> new IllegalStateException("a native call failed", failed);
        };
    }
}
