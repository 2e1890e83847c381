package dev.sandmill.vectorizer.embed.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The tokens that stand for themselves: `[CLS]` and the like, in a text too, as Hugging Face reads them.
record SpecialTokens(int start, int end, int unknown, Map<String, Integer> ids) {
    private static final List<String> LITERALS = List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]");

    SpecialTokens {
        ids = Map.copyOf(ids);
    }

    static SpecialTokens in(Map<String, Integer> idOfPiece) {
        Map<String, Integer> ids = new HashMap<>();
        for (String literal : LITERALS) {
            ids.put(literal, require(idOfPiece, literal));
        }
        return new SpecialTokens(require(ids, "[CLS]"), require(ids, "[SEP]"), require(ids, "[UNK]"), ids);
    }

    @Nullable
    String literalAt(String text, int at) {
        for (String literal : LITERALS) {
            if (text.startsWith(literal, at)) {
                return literal;
            }
        }
        return null;
    }

    int idOf(String literal) {
        return require(ids, literal);
    }

    private static int require(Map<String, Integer> idOfPiece, String literal) {
        Integer id = idOfPiece.get(literal);
        if (id == null) {
            throw new IllegalArgumentException("the vocabulary has no " + literal);
        }
        return id;
    }
}
