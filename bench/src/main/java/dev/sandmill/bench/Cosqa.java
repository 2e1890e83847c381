package dev.sandmill.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// CoSQA's development half: questions that people asked a web search, and the one Python function that answers each.
///
/// @param functions by their number
record Cosqa(Map<Integer, String> functions, List<Question> questions) {
    /// @param answer number of a function
    record Question(String text, int answer) {}

    /// @param folder with `code_idx_map.json` and `cosqa-retrieval-dev-500.json`
    static Cosqa read(Path folder) throws IOException {
        Map<Integer, String> functions = new TreeMap<>();
        json(folder.resolve("code_idx_map.json"))
                .properties()
                .forEach(entry -> functions.put(entry.getValue().asInt(), entry.getKey()));
        List<Question> questions = new ArrayList<>();
        for (JsonNode query : json(folder.resolve("cosqa-retrieval-dev-500.json"))) {
            questions.add(new Question(
                    query.get("doc").asString(), query.get("retrieval_idx").asInt()));
        }
        return new Cosqa(functions, questions);
    }

    private static JsonNode json(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException("there is no " + file + "; COSQA has to name the folder of CoSQA's retrieval data "
                    + "(github.com/Jun-jie-Huang/CoCLR)");
        }
        return JsonMapper.builder().build().readTree(file.toFile());
    }
}
