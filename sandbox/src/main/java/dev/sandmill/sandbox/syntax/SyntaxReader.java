package dev.sandmill.sandbox.syntax;

import dev.sandmill.api.Content;
import dev.sandmill.api.ExecuteCode;
import dev.sandmill.api.SourceFile;
import dev.sandmill.api.Violation;
import dev.sandmill.sandbox.parser.Parsers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads a program's source files and parses each once. Thread-safe. Refuses what no rule could look at: bytes that
/// are not UTF-8, NUL, more than [#MAX_SOURCE_BYTES] of source, extreme nesting.
public final class SyntaxReader {
    public static final int MAX_SOURCE_BYTES = 1 << 20;

    /// PEP 263: in the first two lines. Any other encoding could spell code that a UTF-8 reader does not see.
    private static final Pattern CODING = Pattern.compile("^[ \\t\\f]*#.{0,200}?coding[:=][ \\t]*([-\\w.]{1,40})");

    private final Parsers parsers;
    private final PlatformTypes javaPlatform = new PlatformTypes();
    private final CompilerParser javaCompiler = CompilerParser.open();

    /// @param parsers may be shared; the one who opened them closes them
    public SyntaxReader(Parsers parsers) {
        this.parsers = parsers;
    }

    /// @param language the canonical name
    public ProgramSyntax read(ExecuteCode code, String language) {
        TreeParser parser = new TreeParser(parsers);
        Dialect main = Dialect.ofLanguage(language);
        List<SourceUnit> units = new ArrayList<>();
        List<JavaFile> javaFiles = new ArrayList<>();
        List<Violation> refusals = new ArrayList<>();
        List<String> paths = new ArrayList<>();
        long total = 0;
        for (SourceFile file : files(code, main)) {
            paths.add(file.path());
            Dialect dialect = dialect(file.path(), main, code);
            if (dialect == null) {
                continue;
            }
            total += file.content().size();
            if (total > MAX_SOURCE_BYTES) {
                refusals.add(new Violation(
                        "syntax/size",
                        file.path(),
                        1,
                        1,
                        "the program's source files are larger than " + MAX_SOURCE_BYTES
                                + " bytes together; data belongs into data files or stdin"));
                break;
            }
            read(file, dialect, parser, units, javaFiles, refusals);
        }
        List<UnitFacts> facts = List.of();
        try {
            facts = facts(parser, units, javaFiles, paths);
        } catch (Progress.TookTooLong _) {
            refusals.add(new Violation(
                    "syntax/complexity",
                    paths.getFirst(),
                    1,
                    1,
                    "the program's names take more than " + Progress.MOST_TIME.toSeconds() + " s to resolve"));
        }
        return new ProgramSyntax(main, units, paths, facts, refusals);
    }

    private List<UnitFacts> facts(
            TreeParser parser, List<SourceUnit> units, List<JavaFile> javaFiles, List<String> paths) {
        List<SourceUnit> python =
                units.stream().filter(unit -> unit.dialect() == Dialect.PYTHON).toList();
        List<SourceUnit> scripts =
                units.stream().filter(unit -> unit.dialect().isScript()).toList();
        List<UnitFacts> facts = new ArrayList<>(new PythonProgram(paths, parser).facts(python));
        facts.addAll(new ScriptProgram(parser).facts(scripts));
        facts.addAll(ShellFacts.facts(
                units.stream().filter(unit -> unit.dialect() == Dialect.BASH).toList(), parser));
        facts.addAll(JavaProgram.facts(javaFiles, javaPlatform));
        return facts;
    }

    private static List<SourceFile> files(ExecuteCode code, Dialect main) {
        String source = code.source();
        if (source == null) {
            return code.files();
        }
        String name = switch (main) {
            case PYTHON -> "main.py";
            case JAVASCRIPT -> "main.js";
            case TYPESCRIPT -> "main.ts";
            case BASH -> "main.sh";
            case JAVA -> "Main.java";
            case OTHER -> "main";
        };
        return List.of(new SourceFile(name, Content.utf8(source)));
    }

    private static @Nullable Dialect dialect(String path, Dialect main, ExecuteCode code) {
        if (code.source() != null
                || path.equals(code.entrypoint())
                || code.files().size() == 1) {
            return main;
        }
        String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "py", "pyw", "pyi", "pth" -> Dialect.PYTHON;
            case "js", "mjs", "cjs", "jsx" -> Dialect.JAVASCRIPT;
            case "ts", "mts", "cts" -> Dialect.TYPESCRIPT;
            case "sh", "bash" -> Dialect.BASH;
            case "java" -> Dialect.JAVA;
            case "c", "cc", "cpp", "h", "go", "rs", "rb", "php", "pl", "lua" -> Dialect.OTHER;
            default -> null;
        };
    }

    private void read(
            SourceFile file,
            Dialect dialect,
            TreeParser parser,
            List<SourceUnit> units,
            List<JavaFile> javaFiles,
            List<Violation> refusals) {
        byte[] source = withUnixLines(file.content().toByteArray(), dialect);
        SourceUnit unread = new SourceUnit(file.path(), dialect, source, List.of(), true);
        if (!file.content().isUtf8()) {
            refusals.add(new Violation("syntax/encoding", file.path(), 1, 1, "the source is not valid UTF-8"));
            return;
        }
        for (int i = 0; i < source.length; i++) {
            if (source[i] == 0) {
                refusals.add(unread.violationAt(i, "syntax/encoding", "the source contains a NUL byte"));
                return;
            }
        }
        String declared = dialect == Dialect.PYTHON ? declaredEncoding(source) : null;
        if (declared != null) {
            refusals.add(new Violation(
                    "syntax/encoding",
                    file.path(),
                    1,
                    1,
                    "the source declares the encoding '" + declared + "'; only utf-8 is read"));
            return;
        }
        if (dialect == Dialect.OTHER) {
            units.add(unread);
            return;
        }
        if (dialect == Dialect.JAVA) {
            switch (JavaFile.parse(javaCompiler, file.path(), source)) {
                case JavaFile.Read.File(JavaFile read) -> {
                    units.add(read.unit());
                    javaFiles.add(read);
                }
                case JavaFile.Read.TooDeep(int offset) ->
                    refusals.add(
                            unread.violationAt(offset, "syntax/nesting", "the code is nested too deeply to be read"));
            }
            return;
        }
        switch (parser.parse(dialect, source)) {
            case TreeParser.Parsed.Tree tree ->
                units.add(new SourceUnit(file.path(), dialect, source, tree.nodes(), tree.broken()));
            case TreeParser.Parsed.TooDeep deep ->
                refusals.add(unread.violationAt(
                        deep.offset(),
                        "syntax/nesting",
                        "the code is nested more than " + TreeParser.MAX_DEPTH + " levels deep"));
            case TreeParser.Parsed.TooComplex complex ->
                refusals.add(unread.violationAt(complex.offset(), "syntax/complexity", complex.why()));
        }
    }

    /// Python and JavaScript end a line, and with it a comment, at a lone carriage return; the grammars do not.
    private static byte[] withUnixLines(byte[] source, Dialect dialect) {
        for (int i = 0; dialect.isResolved() && i < source.length; i++) {
            if (source[i] == '\r' && (i + 1 == source.length || source[i + 1] != '\n')) {
                source[i] = '\n';
            }
        }
        return source;
    }

    private static @Nullable String declaredEncoding(byte[] source) {
        String head = new String(source, 0, Math.min(source.length, 1_000), StandardCharsets.UTF_8);
        return head.lines()
                .limit(2)
                .map(CODING::matcher)
                .filter(Matcher::find)
                .map(found -> found.group(1))
                .filter(name -> !name.toLowerCase(Locale.ROOT)
                        .replace('_', '-')
                        .matches("utf-?8(-.*)?|ascii|us-ascii|latin-?1|iso-8859-1(-.*)?|iso-latin-1(-.*)?"))
                .findFirst()
                .orElse(null);
    }
}
