package dev.sandmill.vectorizer.syntax;

import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.treesitter.TSInputEncoding;
import org.treesitter.TSLanguage;
import org.treesitter.TSParser;
import org.treesitter.TSTree;
import org.treesitter.TreeSitterBash;
import org.treesitter.TreeSitterC;
import org.treesitter.TreeSitterCSharp;
import org.treesitter.TreeSitterCpp;
import org.treesitter.TreeSitterGo;
import org.treesitter.TreeSitterHaskell;
import org.treesitter.TreeSitterJava;
import org.treesitter.TreeSitterJavascript;
import org.treesitter.TreeSitterKotlin;
import org.treesitter.TreeSitterOcaml;
import org.treesitter.TreeSitterPhp;
import org.treesitter.TreeSitterPython;
import org.treesitter.TreeSitterRuby;
import org.treesitter.TreeSitterRust;
import org.treesitter.TreeSitterScala;
import org.treesitter.TreeSitterSwift;
import org.treesitter.TreeSitterTsx;
import org.treesitter.TreeSitterTypescript;

/// The grammars that can be parsed with, each loaded at its first use. Thread-safe: a parser is made for every text.
///
/// Parsers run in this process, and a scanner that crashes takes it along: texts of anybody are for a process of their
/// own. Left out: Perl, whose scanner 1.1.0 ends on randomly edited texts, too often to be of use. Left out since it
/// does not work: Lua, of which the only
/// published grammar, 2.1.3a, takes every table for an error.
public final class Grammars {
    private static final Logger log = LoggerFactory.getLogger(Grammars.class);
    private static final int MAX_CHARS = 2_000_000;
    private static final int READ_BYTES = 1 << 14;
    private static final int CHECKS_AT_LEAST = 1000;
    private static final int CHARS_PER_CHECK = 20;

    private static final Map<String, Source> SOURCES = Map.ofEntries(
            Map.entry("bash", new Source(TreeSitterBash.class, TreeSitterBash::new)),
            Map.entry("c", new Source(TreeSitterC.class, TreeSitterC::new)),
            Map.entry("cpp", new Source(TreeSitterCpp.class, TreeSitterCpp::new)),
            Map.entry("csharp", new Source(TreeSitterCSharp.class, TreeSitterCSharp::new)),
            Map.entry("go", new Source(TreeSitterGo.class, TreeSitterGo::new)),
            Map.entry("haskell", new Source(TreeSitterHaskell.class, TreeSitterHaskell::new)),
            Map.entry("java", new Source(TreeSitterJava.class, TreeSitterJava::new)),
            Map.entry("javascript", new Source(TreeSitterJavascript.class, TreeSitterJavascript::new)),
            Map.entry("kotlin", new Source(TreeSitterKotlin.class, TreeSitterKotlin::new)),
            Map.entry("ocaml", new Source(TreeSitterOcaml.class, TreeSitterOcaml::new)),
            Map.entry("php", new Source(TreeSitterPhp.class, TreeSitterPhp::new)),
            Map.entry("python", new Source(TreeSitterPython.class, TreeSitterPython::new)),
            Map.entry("ruby", new Source(TreeSitterRuby.class, TreeSitterRuby::new)),
            Map.entry("rust", new Source(TreeSitterRust.class, TreeSitterRust::new)),
            Map.entry("scala", new Source(TreeSitterScala.class, TreeSitterScala::new)),
            Map.entry("swift", new Source(TreeSitterSwift.class, TreeSitterSwift::new)),
            Map.entry("tsx", new Source(TreeSitterTsx.class, TreeSitterTsx::new)),
            Map.entry("typescript", new Source(TreeSitterTypescript.class, TreeSitterTypescript::new)));

    private final Map<String, Map<String, NodeRules.Rule>> rules = RuleFile.read();
    private final Map<String, Optional<Grammar>> loaded = new ConcurrentHashMap<>();

    /// Names as [dev.sandmill.vectorizer.source.LanguageOf] gives them.
    public Set<String> languages() {
        return SOURCES.keySet();
    }

    public boolean knows(String language) {
        return SOURCES.containsKey(language);
    }

    /// Empty if the language is unknown, the text is too long, or the parser needs more
    /// steps than ordinary source of
    /// that length ever does. The steps are counted, not timed: the same text has the same answer on any machine.
    ///
    /// @return to be closed
    public Optional<SyntaxTree> parse(String language, String text) {
        Optional<Grammar> grammar =
                text.length() > MAX_CHARS ? Optional.empty() : loaded.computeIfAbsent(language, this::load);
        return grammar.flatMap(known -> parse(known, text));
    }

    private static Optional<SyntaxTree> parse(Grammar grammar, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_16LE);
        int[] checksLeft = {CHECKS_AT_LEAST + text.length() / CHARS_PER_CHECK};
        try (TSParser parser = new TSParser()) {
            parser.setLanguage(grammar.language());
            TSTree tree = parser.parseWithOptions(
                    new byte[READ_BYTES],
                    null,
                    (buffer, offset, position) -> read(bytes, buffer, offset),
                    TSInputEncoding.TSInputEncodingUTF16LE,
                    state -> --checksLeft[0] < 0);
            return tree == null ? Optional.empty() : Optional.of(new SyntaxTree(text, grammar.rules(), tree));
        }
    }

    private static int read(byte[] bytes, byte[] buffer, int offset) {
        int length = Math.clamp(bytes.length - (long) offset, 0, buffer.length);
        System.arraycopy(bytes, Math.min(offset, bytes.length), buffer, 0, length);
        return length;
    }

    private Optional<Grammar> load(String language) {
        Source source = SOURCES.get(language);
        if (source == null) {
            return Optional.empty();
        }
        try {
            TSLanguage parsed = source.open().get();
            return Optional.of(new Grammar(parsed, new NodeRules(parsed, rules.getOrDefault(language, Map.of()))));
        } catch (LinkageError | RuntimeException e) {
            log.warn("the grammar for {} cannot be loaded on this platform, its files are cut by lines", language, e);
            return Optional.empty();
        }
    }

    /// The names of the libraries that the grammars come from, versions included.
    public String versions() {
        return SOURCES.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(entry -> entry.getKey() + "=" + entry.getValue().library())
                .collect(Collectors.joining(","));
    }

    /// The class path of a process that only parses.
    public static Set<String> libraries() {
        return Stream.concat(
                        Stream.of(TSParser.class, Logger.class),
                        SOURCES.values().stream().map(Source::type))
                .map(type -> Source.file(type).toString())
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private record Grammar(TSLanguage language, NodeRules rules) {}

    private record Source(Class<? extends TSLanguage> type, Supplier<TSLanguage> open) {
        /// The file's name, such as `tree-sitter-java-0.23.5.jar`.
        String library() {
            return file(type).getFileName().toString();
        }

        static Path file(Class<?> type) {
            try {
                return Path.of(
                        type.getProtectionDomain().getCodeSource().getLocation().toURI());
            } catch (URISyntaxException impossible) {
                throw new IllegalStateException("a class path is made of files", impossible);
            }
        }
    }
}
