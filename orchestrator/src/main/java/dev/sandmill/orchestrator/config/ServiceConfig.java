package dev.sandmill.orchestrator.config;

import dev.sandmill.api.Limits;
import dev.sandmill.vectorizer.PineconeIndex;
import dev.sandmill.vectorizer.RemoteEndpoint;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Everything that operators set, as `docs/configuration.md` lists it. Secrets are not in its text form.
///
/// @param home where state lives; made if missing
/// @param instance tells this instance's containers from those of others on the same Docker
/// @param images folder of the languages, one sub-folder each
/// @param imageTag the tag of the languages' images, so that several versions can share one Docker
/// @param seccompProfile the sandbox's system call filter
/// @param sessionsMax sessions that a tenant holds at a time in this process
/// @param corsOrigin the one browser origin that may call; empty is none
/// @param telemetry OpenTelemetry's own variables; empty is no tracing
/// @param gitHosts that repositories may be fetched from; `*` is every public one
/// @param redisCa whose certificate Redis has to show, instead of those that Java knows
public record ServiceConfig(
        Path home,
        String instance,
        String bind,
        int port,
        Set<ServiceRole> roles,
        URI redis,
        long queueCapacity,
        URI dockerHost,
        Path images,
        String imageTag,
        Path seccompProfile,
        Optional<String> sandboxRuntime,
        Duration sandboxTimeout,
        int executeSlots,
        int poolSize,
        Duration cacheTtl,
        Optional<String> corsOrigin,
        String embedder,
        Optional<RemoteEndpoint> remoteModel,
        Optional<PineconeIndex> pinecone,
        int embedBatchSize,
        int embedParallelism,
        int sessionsMax,
        Map<String, String> telemetry,
        Optional<Tls> tls,
        Optional<Path> redisCa,
        Set<String> gitHosts) {

    private static final String OPENAI = "https://api.openai.com/v1";

    private static final Set<String> OWN_NAMES = Set.of(
            "SANDMILL_HOME",
            "SANDMILL_INSTANCE",
            "SANDMILL_BIND",
            "SANDMILL_PORT",
            "SANDMILL_ROLES",
            "SANDMILL_QUEUE_CAPACITY",
            "SANDMILL_SESSIONS_MAX",
            "SANDMILL_TLS_CERTIFICATE",
            "SANDMILL_TLS_KEY",
            "SANDMILL_TLS_CLIENT_CA",
            "SANDMILL_TLS_CLIENT_CERTIFICATE",
            "SANDMILL_TLS_CLIENT_KEY",
            "SANDMILL_REDIS_CA",
            "SANDMILL_GIT_HOSTS",
            "SANDMILL_IMAGES",
            "SANDMILL_IMAGE_TAG",
            "SANDMILL_SECCOMP");

    /// Reads the environment, or throws [BadConfiguration] with the first thing that is wrong with it.
    public static ServiceConfig from(Map<String, String> variables) {
        for (String name : new TreeSet<>(variables.keySet())) {
            if (name.startsWith("SANDMILL_") && !OWN_NAMES.contains(name)) {
                throw new BadConfiguration(
                        name + " is not a setting of Sandmill; known ones are " + new TreeSet<>(OWN_NAMES));
            }
        }
        Environment env = new Environment(variables);
        int processors = Runtime.getRuntime().availableProcessors();
        String store = env.oneOf("VECTOR_STORE", "lucene", "lucene", "pinecone");
        String embedder = env.oneOf("EMBEDDER", "minilm", "minilm", "static", "openai");
        boolean remote = embedder.equals("openai");
        int embedBatchSize = (int) env.whole("EMBED_BATCH_SIZE", 64, 1, 2_048);
        int embedParallelism = (int) env.whole("EMBED_PARALLELISM", remote ? 10 : processors, 1, 256);
        Path home =
                Path.of(env.text("SANDMILL_HOME", ".sandmill")).toAbsolutePath().normalize();
        return new ServiceConfig(
                home,
                instance(env.text("SANDMILL_INSTANCE", "default")),
                env.text("SANDMILL_BIND", "127.0.0.1"),
                (int) env.whole("SANDMILL_PORT", 8080, 0, 65_535),
                roles(env.text("SANDMILL_ROLES", "api,execute,index")),
                redis(env.text("REDIS_URL", "redis://127.0.0.1:6379")),
                env.whole("SANDMILL_QUEUE_CAPACITY", 100_000, 1, 100_000_000),
                uri("DOCKER_HOST", env.text("DOCKER_HOST", "unix:///var/run/docker.sock"), "unix", "tcp"),
                Path.of(env.text("SANDMILL_IMAGES", "docker/images"))
                        .toAbsolutePath()
                        .normalize(),
                imageTag(env.text("SANDMILL_IMAGE_TAG", "current")),
                Path.of(env.text("SANDMILL_SECCOMP", "docker/seccomp/sandmill.json"))
                        .toAbsolutePath()
                        .normalize(),
                env.text("SANDBOX_RUNTIME"),
                Duration.ofMillis(env.whole("SANDBOX_TIMEOUT_MS", 30_000, 1, 3_600_000)),
                Math.max(4, 2 * processors),
                Math.max(2, processors),
                Duration.ofDays(env.whole("CACHE_TTL_DAYS", 30, 1, 3_650)),
                env.text("CORS_ORIGIN").map(ServiceConfig::origin),
                embedder,
                remote ? Optional.of(remoteModel(env)) : Optional.empty(),
                store.equals("pinecone") ? Optional.of(pinecone(env)) : Optional.empty(),
                embedBatchSize,
                embedParallelism,
                (int) env.whole("SANDMILL_SESSIONS_MAX", 100, 1, 10_000),
                Telemetry.from(env, variables),
                Tls.from(env),
                Tls.file(env, "SANDMILL_REDIS_CA"),
                GitHosts.from(env));
    }

    public boolean has(ServiceRole role) {
        return roles.contains(role);
    }

    /// Index jobs at a time, until that is tuned. One would wait for git while the model idles.
    public int indexSlots() {
        return 2;
    }

    /// What a program gets that asks for no limits.
    public Limits defaultLimits() {
        Limits usual = Limits.DEFAULT;
        return new Limits(
                sandboxTimeout.toMillis(),
                Math.min(usual.cpuMillis(), sandboxTimeout.toMillis()),
                usual.memoryBytes(),
                usual.pids(),
                usual.outputBytes(),
                usual.diskBytes());
    }

    /// The most that a program may ask for.
    public Limits limitCeiling() {
        long time = Math.max(300_000, sandboxTimeout.toMillis());
        return new Limits(time, time, 2L << 30, 512, 16L << 20, 1L << 30);
    }

    /// The service's data that is not Redis's: the index.
    public Path indexDirectory() {
        return home.resolve("index");
    }

    public Path mirrorDirectory() {
        return home.resolve("mirrors");
    }

    public Path adminKeyFile() {
        return home.resolve("admin.key");
    }

    @Override
    public String toString() {
        return "ServiceConfig[home=" + home + ", bind=" + bind + ", port=" + port + ", roles=" + roles + ", redis="
                + redis.getScheme() + "://" + redis.getHost() + ":" + redis.getPort() + ", docker=" + dockerHost + "]";
    }

    private static RemoteEndpoint remoteModel(Environment env) {
        URI base = uri("OPENAI_BASE_URL", env.text("OPENAI_BASE_URL", OPENAI), "http", "https");
        String key = env.text("OPENAI_API_KEY", "");
        if (key.isEmpty() && base.toString().equals(OPENAI)) {
            throw new BadConfiguration("EMBEDDER=openai asks " + OPENAI
                    + ", which wants a key: set OPENAI_API_KEY, or OPENAI_BASE_URL to an endpoint that wants none");
        }
        try {
            return new RemoteEndpoint(base, key, env.text("OPENAI_EMBEDDING_MODEL", "text-embedding-3-small"));
        } catch (IllegalArgumentException bad) {
            throw new BadConfiguration(
                    "OPENAI_BASE_URL, OPENAI_API_KEY or OPENAI_EMBEDDING_MODEL: " + bad.getMessage());
        }
    }

    private static PineconeIndex pinecone(Environment env) {
        String key = env.text("PINECONE_API_KEY", "");
        if (key.isEmpty()) {
            throw new BadConfiguration("VECTOR_STORE=pinecone wants a key: set PINECONE_API_KEY");
        }
        try {
            return new PineconeIndex(env.text("PINECONE_INDEX", "sandmill"), env.text("PINECONE_HOST", ""), key);
        } catch (IllegalArgumentException bad) {
            throw new BadConfiguration("PINECONE_INDEX, PINECONE_HOST or PINECONE_API_KEY: " + bad.getMessage());
        }
    }

    private static Set<ServiceRole> roles(String text) {
        Set<ServiceRole> roles = EnumSet.noneOf(ServiceRole.class);
        for (String part : text.split(",")) {
            String name = part.trim().toLowerCase(Locale.ROOT);
            ServiceRole role = java.util.Arrays.stream(ServiceRole.values())
                    .filter(candidate -> candidate.wireName().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new BadConfiguration("SANDMILL_ROLES is '" + text
                            + "'; it has to be a comma-separated list of api, execute, index, embed"));
            roles.add(role);
        }
        return Set.copyOf(roles);
    }

    private static String instance(String text) {
        if (text.matches("[A-Za-z0-9_.-]{1,64}")) {
            return text;
        }
        throw new BadConfiguration("SANDMILL_INSTANCE has to be 1 to 64 letters, digits, '_', '.' or '-'");
    }

    private static String imageTag(String text) {
        if (text.matches("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")) {
            return text;
        }
        throw new BadConfiguration("SANDMILL_IMAGE_TAG is '" + text
                + "'; it has to be 1 to 128 letters, digits, '_', '.' or '-', the first no '.' or '-'");
    }

    private static String origin(String text) {
        URI uri = uri("CORS_ORIGIN", text, "http", "https");
        if (uri.getHost() == null || (uri.getPath() != null && !uri.getPath().isEmpty())) {
            throw new BadConfiguration("CORS_ORIGIN is '" + text + "'; it has to be like https://console.example.org");
        }
        return text;
    }

    private static URI redis(String text) {
        URI uri;
        try {
            uri = uri("REDIS_URL", text, "redis", "rediss");
        } catch (BadConfiguration unreadable) {
            throw new BadConfiguration(
                    "REDIS_URL can not be read; it has to be like redis://[:password@]host:6379[/database]");
        }
        if (uri.getHost() == null) {
            throw new BadConfiguration("REDIS_URL has no host; it has to be like redis://host:6379");
        }
        return uri;
    }

    static URI uri(String name, String text, String... schemes) {
        try {
            URI uri = new URI(text);
            if (uri.getScheme() != null && java.util.Arrays.asList(schemes).contains(uri.getScheme())) {
                return uri;
            }
        } catch (URISyntaxException unreadable) {
            throw new BadConfiguration(name + " can not be read: " + unreadable.getReason());
        }
        throw new BadConfiguration(
                name + " is '" + text + "'; it has to start with " + String.join(":// or ", schemes) + "://");
    }
}
