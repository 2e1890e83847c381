package dev.sandmill.vectorizer.embed.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A `tokenizer.json` that this package can follow: BERT normalisation and WordPiece. Truncation and padding written
/// in the file are not followed on purpose: the packaged file cuts at 128 tokens where the model takes 256.
final class TokenizerFile {
    private TokenizerFile() {}

    static WordPieces read(byte[] json) {
        JsonNode root = JsonMapper.builder().build().readTree(json);
        expect(root.at("/model/type"), "WordPiece");
        expect(root.at("/model/continuing_subword_prefix"), "##");
        expect(root.at("/normalizer/type"), "BertNormalizer");
        expect(root.at("/pre_tokenizer/type"), "BertPreTokenizer");
        Map<String, Integer> idOfPiece = idOfPiece(root);
        return new WordPieces(Vocabulary.of(idOfPiece), SpecialTokens.in(idOfPiece));
    }

    /// The text of each id's piece, without the mark of those that continue a word.
    static List<String> pieces(byte[] json) {
        Map<String, Integer> idOfPiece = idOfPiece(JsonMapper.builder().build().readTree(json));
        String[] pieces = new String[idOfPiece.size()];
        idOfPiece.forEach((piece, id) -> pieces[id] = piece.startsWith("##") ? piece.substring(2) : piece);
        return List.of(pieces);
    }

    private static Map<String, Integer> idOfPiece(JsonNode root) {
        Map<String, Integer> idOfPiece = new HashMap<>();
        root.at("/model/vocab")
                .properties()
                .forEach(entry -> idOfPiece.put(entry.getKey(), entry.getValue().asInt()));
        return idOfPiece;
    }

    private static void expect(JsonNode node, String value) {
        if (!value.equals(node.asString(""))) {
            throw new IllegalArgumentException("tokenizer.json: expected " + value + ", found " + node);
        }
    }
}
