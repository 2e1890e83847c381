package dev.sandmill.orchestrator.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenApiTest {
    /// For people; the document speaks to programs.
    private static final Set<String> CONSOLE = Set.of("GET /", "GET /console.js", "GET /console.css");

    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]+)}");

    private final OpenApiDocument document = new OpenApiDocument();

    @Test
    void hasExactlyTheRoutesThatAreServed() {
        Set<String> served = ServedRoutes.all();
        assertThat(served).containsAll(CONSOLE);
        served.removeAll(CONSOLE);
        Set<String> documented = new TreeSet<>(document.operations().stream()
                .map(OpenApiDocument.Operation::toString)
                .toList());
        assertThat(documented).doesNotContain("GET /actuator/health", "GET /actuator/prometheus");
        assertThat(documented).isEqualTo(served);
    }

    @Test
    void everyReferencePointsAtSomething() {
        List<String> references = new ArrayList<>();
        collectReferences(document.root(), references);
        assertThat(references)
                .hasSizeGreaterThan(50)
                .allSatisfy(reference -> assertThat(document.resolve(reference).isMissingNode())
                        .as(reference)
                        .isFalse());
    }

    @Test
    void everyComponentIsUsed() {
        List<String> references = new ArrayList<>();
        collectReferences(document.root(), references);
        for (String kind : List.of("schemas", "parameters", "headers", "responses", "examples")) {
            for (String name : OpenApiDocument.names(document.root().at("/components/" + kind))) {
                assertThat(references).contains("#/components/" + kind + "/" + name);
            }
        }
    }

    @Test
    void everyOperationHasANameOfItsOwnASummaryAndAKnownTag() {
        Set<String> names = new HashSet<>();
        Set<String> tags = new TreeSet<>(document.root()
                .path("tags")
                .valueStream()
                .map(tag -> tag.path("name").stringValue())
                .toList());
        assertThat(document.operations()).allSatisfy(operation -> {
            assertThat(names.add(operation.node().path("operationId").stringValue()))
                    .isTrue();
            assertThat(operation.node().path("summary").stringValue()).isNotBlank();
            assertThat(OpenApiDocument.texts(operation.node().path("tags")))
                    .isNotEmpty()
                    .isSubsetOf(tags);
        });
    }

    @Test
    void everyOperationSaysHowItSucceedsAndHowItRefuses() {
        assertThat(document.operations()).allSatisfy(operation -> {
            JsonNode responses = operation.node().path("responses");
            assertThat(OpenApiDocument.names(responses)).anyMatch(OpenApiTest::succeeds);
            assertThat(responses.valueStream().map(document::followed)).anySatisfy(OpenApiTest::requireProblem);
            assertThat(responses.valueStream().map(document::followed))
                    .allSatisfy(
                            response -> assertThat(response.path("description").stringValue())
                                    .isNotBlank());
        });
    }

    @Test
    void everyRefusalIsAProblemExceptReadiness() {
        assertThat(document.operations())
                .allSatisfy(operation -> operation
                        .node()
                        .path("responses")
                        .properties()
                        .forEach(response -> {
                            boolean refuses = !succeeds(response.getKey());
                            if (refuses
                                    && !(operation.path().equals("/readyz")
                                            && response.getKey().equals("503"))) {
                                requireProblem(document.followed(response.getValue()));
                            }
                        }));
    }

    @Test
    void everyOperationBehindAKeyCanAnswer401() {
        assertThat(document.operations()).allSatisfy(operation -> {
            boolean open = operation.node().path("security").isArray();
            assertThat(operation.node().path("responses").has("401")).isEqualTo(!open || isSigned(operation));
        });
    }

    @Test
    void everyVariableOfAPathIsAParameter() {
        assertThat(document.operations()).allSatisfy(operation -> {
            List<JsonNode> parameters = new ArrayList<>();
            document.root()
                    .path("paths")
                    .path(operation.path())
                    .path("parameters")
                    .forEach(parameters::add);
            operation.node().path("parameters").forEach(parameters::add);
            Set<String> declared = new TreeSet<>();
            for (JsonNode parameter : parameters) {
                JsonNode followed = document.followed(parameter);
                if (followed.path("in").stringValue().equals("path")) {
                    assertThat(followed.path("required").booleanValue()).isTrue();
                    declared.add(followed.path("name").stringValue());
                }
            }
            Set<String> variables = new TreeSet<>();
            Matcher matcher = VARIABLE.matcher(operation.path());
            while (matcher.find()) {
                variables.add(matcher.group(1));
            }
            assertThat(declared).isEqualTo(variables);
        });
    }

    @Test
    void whatIsRequiredIsAlsoDescribed() {
        List<JsonNode> objects = new ArrayList<>();
        collectObjectSchemas(document.root(), objects);
        assertThat(objects)
                .hasSizeGreaterThan(20)
                .allSatisfy(schema -> assertThat(OpenApiDocument.texts(schema.path("required")))
                        .isSubsetOf(OpenApiDocument.names(schema.path("properties"))));
    }

    /// 101 is how a WebSocket begins.
    private static boolean succeeds(String status) {
        return status.startsWith("2") || status.equals("101");
    }

    /// Webhooks carry no key but a signature, and a bad one is a 401 as well.
    private static boolean isSigned(OpenApiDocument.Operation operation) {
        return operation.path().startsWith("/webhooks/");
    }

    private static void requireProblem(JsonNode response) {
        assertThat(response.at("/content/application~1problem+json/schema/$ref").asString())
                .isEqualTo("#/components/schemas/Problem");
    }

    private static void collectReferences(JsonNode node, List<String> references) {
        if (node.path("$ref").isString()) {
            references.add(node.path("$ref").stringValue());
        }
        node.forEach(child -> collectReferences(child, references));
    }

    private static void collectObjectSchemas(JsonNode node, List<JsonNode> schemas) {
        if (node.path("required").isArray() && node.path("properties").isObject()) {
            schemas.add(node);
        }
        node.forEach(child -> collectObjectSchemas(child, schemas));
    }
}
