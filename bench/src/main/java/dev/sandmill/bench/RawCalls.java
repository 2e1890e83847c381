package dev.sandmill.bench;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls that the client has no method for.
final class RawCalls {
    private final Target target;
    private final String key;
    private final HttpClient http = HttpClient.newHttpClient();

    RawCalls(Target target) throws IOException {
        this.target = target;
        this.key = Files.readString(target.keyFile()).strip();
    }

    JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(target.base().resolve(path))
                .header("Authorization", "Bearer " + key)
                .build();
        return JsonMapper.builder()
                .build()
                .readTree(
                        http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    }

    /// Jobs of a kind that still have to end.
    List<String> unfinished(String kind) throws IOException, InterruptedException {
        List<String> jobs = new ArrayList<>();
        for (JsonNode job : get("/v1/jobs?kind=" + kind).get("jobs")) {
            if (job.get("finishedAt").isNull()) {
                jobs.add(job.get("id").asString());
            }
        }
        return jobs;
    }
}
