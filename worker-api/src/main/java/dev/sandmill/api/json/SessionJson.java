package dev.sandmill.api.json;

import dev.sandmill.api.Limits;
import dev.sandmill.api.OpenSession;
import dev.sandmill.api.Session;
import dev.sandmill.api.SessionState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Sessions as JSON, in both directions. Thread-safe; what is wrong is an [InvalidJson].
public final class SessionJson {
    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z0-9+#._-]{1,64}");
    private static final int SESSIONS_MAX = 100_000;

    private final JsonSource source = new JsonSource();
    private final LimitsReader limits;

    /// @param defaults limits of a session that names none
    /// @param ceiling the highest limits a session may name
    public SessionJson(Limits defaults, Limits ceiling) {
        this.limits = new LimitsReader(defaults, ceiling);
    }

    public OpenSession readOpen(byte[] json) {
        Fields fields = new Fields(source.object(json), "").only("language", "limits", "ttlMillis");
        String language = fields.string("language");
        if (!LANGUAGE.matcher(language).matches()) {
            throw fields.invalid("language", "is not a language's name: \"" + Fields.shortened(language) + "\"");
        }
        long ttl = fields.integer("ttlMillis", OpenSession.DEFAULT_TTL_MILLIS);
        if (ttl < OpenSession.LEAST_TTL_MILLIS || ttl > OpenSession.MOST_TTL_MILLIS) {
            throw fields.invalid(
                    "ttlMillis",
                    "has to be " + OpenSession.LEAST_TTL_MILLIS + " to " + OpenSession.MOST_TTL_MILLIS + ", not "
                            + ttl);
        }
        return new OpenSession(language, limits.read(fields), ttl);
    }

    public String writeOpen(OpenSession wanted) {
        ObjectNode node = source.newObject();
        node.put("language", wanted.language());
        RequestWriter.limits(node.putObject("limits"), wanted.limits());
        node.put("ttlMillis", wanted.ttlMillis());
        return source.write(node);
    }

    /// The source of `{"source":"…"}`.
    public String readCall(byte[] json) {
        Fields fields = new Fields(source.object(json), "").only("source");
        String text = fields.string("source");
        long bytes = text.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > RequestBounds.DEFAULT.sourceBytes()) {
            throw fields.invalid(
                    "source",
                    "has " + bytes + " bytes; at most " + RequestBounds.DEFAULT.sourceBytes() + " are allowed");
        }
        return text;
    }

    public String writeCall(String text) {
        return source.write(source.newObject().put("source", text));
    }

    public String write(Session session) {
        ObjectNode node = source.newObject();
        session(node, session);
        return source.write(node);
    }

    public String writeAll(List<Session> sessions) {
        ObjectNode node = source.newObject();
        ArrayNode array = node.putArray("sessions");
        sessions.forEach(session -> session(array.addObject(), session));
        return source.write(node);
    }

    public Session read(String json) {
        return session(new Fields(source.object(json), ""));
    }

    public List<Session> readAll(String json) {
        return new Fields(source.object(json), "")
                .list("sessions", SESSIONS_MAX, (node, name) -> session(Fields.object(node, name)));
    }

    private static void session(ObjectNode node, Session session) {
        node.put("id", session.id());
        node.put("language", session.language());
        node.put("state", RequestWriter.wireName(session.state()));
        node.put("createdAt", session.createdAt().toString());
        node.put("expiresAt", session.expiresAt().toString());
        node.put("ttlMillis", session.ttlMillis());
        node.put("executions", session.executions());
        RequestWriter.limits(node.putObject("limits"), session.limits());
        node.put("endReason", session.endReason());
    }

    private static Session session(Fields fields) {
        Fields limits = fields.object("limits");
        return new Session(
                fields.string("id"),
                fields.string("language"),
                fields.oneOf("state", SessionState.class),
                fields.instant("createdAt"),
                fields.instant("expiresAt"),
                fields.integer("ttlMillis"),
                fields.integer("executions"),
                new Limits(
                        limits.integer("wallMillis"),
                        limits.integer("cpuMillis"),
                        limits.integer("memoryBytes"),
                        limits.smallInteger("pids"),
                        limits.integer("outputBytes"),
                        limits.integer("diskBytes")),
                fields.nullableString("endReason"));
    }
}
