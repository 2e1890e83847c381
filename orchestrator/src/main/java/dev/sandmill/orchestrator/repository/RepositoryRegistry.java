package dev.sandmill.orchestrator.repository;

import dev.sandmill.api.json.StrictJson;
import dev.sandmill.backplane.documents.Documents;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// Every tenant's repositories, in Redis. A tenant sees its own and no other.
public final class RepositoryRegistry {
    /// The collection of documents that holds them.
    public static final String COLLECTION = "repositories";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    private final Documents documents;
    private final StrictJson json;

    public RepositoryRegistry(Documents documents, StrictJson json) {
        this.documents = documents;
        this.json = json;
    }

    public static boolean isName(String text) {
        return NAME.matcher(text).matches() && !text.equals(".") && !text.equals("..");
    }

    /// False where the tenant has one of this name.
    public boolean create(Repository repository) {
        return documents.putIfAbsent(key(repository.tenant(), repository.name()), json.write(repository));
    }

    public Optional<Repository> find(String tenant, String name) {
        return documents.get(key(tenant, name)).map(this::read);
    }

    public boolean exists(String tenant, String name) {
        return documents.get(key(tenant, name)).isPresent();
    }

    /// A tenant's repositories by name.
    public List<Repository> of(String tenant) {
        return documents.all().values().stream()
                .map(this::read)
                .filter(repository -> repository.tenant().equals(tenant))
                .sorted(Comparator.comparing(Repository::name))
                .toList();
    }

    /// Those of all tenants.
    public List<Repository> all() {
        return documents.all().values().stream().map(this::read).toList();
    }

    /// Empty where it was deleted meanwhile.
    public Optional<Repository> update(String tenant, String name, UnaryOperator<Repository> change) {
        return documents
                .update(key(tenant, name), text -> json.write(change.apply(read(text))))
                .map(this::read);
    }

    public boolean remove(String tenant, String name) {
        return documents.remove(key(tenant, name));
    }

    private Repository read(String text) {
        return json.read(text.getBytes(StandardCharsets.UTF_8), Repository.class);
    }

    private static String key(String tenant, String name) {
        return tenant + "/" + name;
    }
}
