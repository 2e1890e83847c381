package dev.sandmill.orchestrator.git;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What goes between this process and one that fetches: settings once, then a request there, a word that it arrived and
/// an answer back. Texts carry their length in two bytes and are cut long before that.
final class FetchWire {
    private static final int MAX_TEXT = 4_000;
    private static final int MAX_HOSTS = 10_000;
    private static final int MAX_SETTINGS = 1_000;
    private static final int LOCAL = 1;
    private static final int NETWORK = 2;
    private static final int ACCEPTED = 3;
    private static final int FETCHED = 4;
    private static final int FAILED = 5;

    private FetchWire() {}

    static void settings(Map<String, String> settings, DataOutputStream to) throws IOException {
        to.writeInt(settings.size());
        for (Map.Entry<String, String> setting : settings.entrySet()) {
            to.writeUTF(setting.getKey());
            to.writeUTF(setting.getValue());
        }
    }

    static Map<String, String> settings(DataInputStream from) throws IOException {
        Map<String, String> settings = new TreeMap<>();
        int count = within(from.readInt(), MAX_SETTINGS, "number of settings");
        for (int at = 0; at < count; at++) {
            settings.put(from.readUTF(), from.readUTF());
        }
        return settings;
    }

    static void ask(FetchRequest request, DataOutputStream to) throws IOException {
        switch (request.remote()) {
            case Remote.Local(var path) -> {
                to.writeByte(LOCAL);
                to.writeUTF(path.toString());
            }
            case Remote.Network(var url, var host) -> {
                to.writeByte(NETWORK);
                to.writeUTF(url);
                to.writeUTF(host);
            }
        }
        to.writeUTF(request.mirror().toString());
        to.writeInt(request.allowedHosts().size());
        for (String host : request.allowedHosts()) {
            to.writeUTF(host);
        }
        to.writeLong(request.silence().toMillis());
        to.writeLong(request.maxBytes());
        to.flush();
    }

    /// Null at the end of the input.
    static @Nullable FetchRequest request(DataInputStream from) throws IOException {
        int kind = from.read();
        if (kind < 0) {
            return null;
        }
        Remote remote = switch (kind) {
            case LOCAL -> new Remote.Local(Path.of(from.readUTF()));
            case NETWORK -> new Remote.Network(from.readUTF(), from.readUTF());
            default -> throw new IOException("a request of the kind " + kind);
        };
        Path mirror = Path.of(from.readUTF());
        Set<String> allowedHosts = new HashSet<>();
        int hosts = within(from.readInt(), MAX_HOSTS, "number of hosts");
        for (int at = 0; at < hosts; at++) {
            allowedHosts.add(from.readUTF());
        }
        return new FetchRequest(mirror, remote, allowedHosts, Duration.ofMillis(from.readLong()), from.readLong());
    }

    static void accept(DataOutputStream to) throws IOException {
        to.writeByte(ACCEPTED);
        to.flush();
    }

    /// Waits until the request arrived.
    static void accepted(DataInputStream from) throws IOException {
        int kind = from.read();
        if (kind < 0) {
            throw new EOFException("it ended before it read the request");
        }
        if (kind != ACCEPTED) {
            throw new IOException("it answered a request with " + kind);
        }
    }

    static void answer(Fetch.Fetched fetched, DataOutputStream to) throws IOException {
        to.writeByte(FETCHED);
        to.writeUTF(cut(fetched.head()));
        to.writeUTF(cut(fetched.walked()));
        to.flush();
    }

    static void answer(GitFailure failure, DataOutputStream to) throws IOException {
        to.writeByte(FAILED);
        to.writeBoolean(failure.retryable());
        to.writeUTF(cut(String.valueOf(failure.getMessage())));
        to.flush();
    }

    /// @throws IOException for an end, and for what is no answer
    static Fetch.Fetched answer(DataInputStream from) throws IOException, GitFailure {
        int kind = from.readUnsignedByte();
        return switch (kind) {
            case FETCHED -> new Fetch.Fetched(cut(from.readUTF()), cut(from.readUTF()));
            case FAILED -> {
                boolean retryable = from.readBoolean();
                throw new GitFailure(cut(from.readUTF()), retryable);
            }
            default -> throw new IOException("an answer of the kind " + kind);
        };
    }

    private static String cut(String text) {
        return text.length() > MAX_TEXT ? text.substring(0, MAX_TEXT) + "…" : text;
    }

    private static int within(int number, int most, String what) throws IOException {
        if (number < 0 || number > most) {
            throw new IOException(number + " for a " + what);
        }
        return number;
    }
}
