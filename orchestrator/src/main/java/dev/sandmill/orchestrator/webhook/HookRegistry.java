package dev.sandmill.orchestrator.webhook;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.documents.Documents;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// All hooks, in Redis. Their names are part of public URLs, so that one name is one hook over all tenants.
public final class HookRegistry {
    /// The collection of documents that holds them.
    public static final String COLLECTION = "hooks";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    private final Documents documents;
    private final StrictJson json;

    public HookRegistry(Documents documents, StrictJson json) {
        this.documents = documents;
        this.json = json;
    }

    static boolean isName(String text) {
        return NAME.matcher(text).matches() && !text.equals(".") && !text.equals("..");
    }

    /// False where the name is taken.
    boolean create(Hook hook) {
        return documents.putIfAbsent(hook.name(), json.write(hook));
    }

    Optional<Hook> find(String name) {
        return isName(name) ? documents.get(name).map(this::read) : Optional.empty();
    }

    /// A tenant's hooks by name.
    List<Hook> of(String tenant) {
        return documents.all().values().stream()
                .map(this::read)
                .filter(hook -> hook.tenant().equals(tenant))
                .sorted(Comparator.comparing(Hook::name))
                .toList();
    }

    boolean remove(String tenant, String name) {
        return find(name).filter(hook -> hook.tenant().equals(tenant)).isPresent() && documents.remove(name);
    }

    private Hook read(String text) {
        return json.read(text.getBytes(StandardCharsets.UTF_8), Hook.class);
    }
}
