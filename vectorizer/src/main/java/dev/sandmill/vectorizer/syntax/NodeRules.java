package dev.sandmill.vectorizer.syntax;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.treesitter.TSLanguage;
import org.treesitter.TSSymbolType;

/// What each node type of one grammar means for cutting, by the grammar's own numbers.
final class NodeRules {
    private static final Rule UNKNOWN = new Rule(true, false, false, null, Naming.NAME);

    private final Rule[] bySymbol;

    NodeRules(TSLanguage language, Map<String, Rule> byType) {
        Map<String, Rule> rules = new HashMap<>(byType);
        bySymbol = new Rule[language.symbolCount()];
        for (int symbol = 0; symbol < bySymbol.length; symbol++) {
            boolean named = language.symbolType(symbol) == TSSymbolType.TSSymbolTypeRegular;
            String type = language.symbolName(symbol);
            boolean comment = named && type.contains("comment");
            Rule plain = new Rule(named, comment, false, null, Naming.NAME);
            bySymbol[symbol] = named ? rules.getOrDefault(type, plain) : plain;
        }
    }

    /// Also for numbers that the grammar does not have: the parser's own error nodes.
    Rule of(int symbol) {
        return symbol >= 0 && symbol < bySymbol.length ? bySymbol[symbol] : UNKNOWN;
    }

    /// @param named whether it stands for something, not for punctuation
    /// @param leads whether it belongs to what follows
    /// @param wraps whether a definition may be right inside
    record Rule(
            boolean named,
            boolean leads,
            boolean wraps,
            @Nullable DefinitionKind kind,
            Naming naming) {}
}
