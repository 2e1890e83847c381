package dev.sandmill.orchestrator.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.BreakerState;
import dev.sandmill.api.Session;
import dev.sandmill.backplane.cache.CacheStats;
import dev.sandmill.orchestrator.health.Dependencies;
import dev.sandmill.sandbox.Language;
import dev.sandmill.sandbox.SandboxStats;
import dev.sandmill.sandbox.session.SessionCounts;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/// Routes keep some of their records to themselves; those are looked at by name.
class OpenApiRecordTest {
    private static final String ROOM = "dev.sandmill.orchestrator.";

    private final OpenApiDocument document = new OpenApiDocument();

    @ParameterizedTest
    @CsvSource({
        "NewKey, security.KeyRoutes$NewKey",
        "ListedKey, security.KeyRoutes$ListedKey",
        "Webhook, webhook.HookRoutes$Shown",
        "Status, http.StatusRoutes$Status",
        "CacheConfig, caches.CacheRoutes$Config",
        "Tuning, tuning.TuningRoutes$InForce",
        "TuningChanges, tuning.TuningRoutes$Changes",
        "Invalidated, caches.CacheRoutes$Invalidated",
        "Note, caches.NoteJson$Shown",
        "NoteBatchAnswer, caches.NoteRoutes$BatchAnswer",
    })
    void everyFieldOfAnAnswerIsDescribedAndPromised(String schema, String type) throws ClassNotFoundException {
        requirePromised(document.schema(schema), Class.forName(ROOM + type));
    }

    @Test
    void everyFieldOfANestedAnswerIsDescribedAndPromised() throws ClassNotFoundException {
        requirePromised(document.schema("Language"), Language.class);
        requirePromised(document.schema("CacheStats"), CacheStats.class);
        JsonNode status = document.schema("Status").path("properties");
        requirePromised(status.path("memory"), Class.forName(ROOM + "http.StatusRoutes$Memory"));
        requirePromised(status.path("cpu"), Class.forName(ROOM + "http.StatusRoutes$Cpu"));
        requirePromised(status.path("queue"), Class.forName(ROOM + "http.StatusRoutes$Queue"));
        requirePromised(status.at("/sandbox/anyOf/0"), SandboxStats.class);
        requirePromised(status.at("/sessions/anyOf/0"), SessionCounts.class);
        requirePromised(document.schema("Session"), Session.class);
        requirePromised(
                document.schema("TuningChanges").at("/properties/changes/items"),
                Class.forName(ROOM + "settings.SettingChange"));
        requirePromised(
                document.schema("Tuning").at("/properties/bounds/additionalProperties"),
                Class.forName(ROOM + "tuning.TuningRoutes$Bounds"));
        requirePromised(status.at("/dependencies/items"), Dependencies.Dependency.class);
        requirePromised(status.at("/breakers/items"), BreakerState.class);
        requirePromised(status.at("/adaptive/items"), Class.forName(ROOM + "tuning.AdaptiveLimit$View"));
    }

    @ParameterizedTest
    @CsvSource({
        "CacheConfigPatch, caches.CacheRoutes$Patch",
        "TuningPatch, tuning.TuningRoutes$Patch",
        "CacheClear, caches.CacheRoutes$Clear",
        "CacheInvalidation, caches.CacheRoutes$Invalidate",
        "NoteRequest, caches.NoteJson$Sent",
        "NoteBatch, caches.NoteRoutes$Batch",
        "NoteBatchPut, caches.NoteRoutes$BatchPut",
        "KeyRequest, security.KeyRoutes$KeyRequest",
        "WebhookRegistration, webhook.HookRoutes$Registration",
        "RepositoryRegistration, repository.RepositoryRoutes$Registration",
        "IndexRun, repository.RepositoryRoutes$Run",
    })
    void exactlyTheFieldsThatMayNotBeLeftOutAreRequired(String schema, String type) throws ClassNotFoundException {
        Class<?> asked = Class.forName(ROOM + type);
        JsonNode described = document.schema(schema);
        assertThat(OpenApiDocument.names(described.path("properties"))).isEqualTo(names(asked, component -> true));
        assertThat(OpenApiDocument.texts(described.path("required")))
                .isEqualTo(names(asked, OpenApiRecordTest::isNeeded));
        assertThat(described.path("additionalProperties").booleanValue(true)).isFalse();
    }

    private static void requirePromised(JsonNode schema, Class<?> type) {
        assertThat(OpenApiDocument.names(schema.path("properties"))).isEqualTo(names(type, component -> true));
        assertThat(OpenApiDocument.texts(schema.path("required"))).isEqualTo(names(type, component -> true));
    }

    private static boolean isNeeded(RecordComponent component) {
        return !component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static Set<String> names(Class<?> type, Predicate<RecordComponent> which) {
        return Arrays.stream(type.getRecordComponents())
                .filter(which)
                .map(RecordComponent::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
