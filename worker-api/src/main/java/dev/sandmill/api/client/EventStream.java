package dev.sandmill.api.client;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Server-sent events as the WHATWG describes them, off a stream, one at a time. An event that the end of the stream
/// cuts off is dropped.
final class EventStream implements Closeable {
    private static final int MAX_EVENT_BYTES = 32 << 20;

    private final InputStream input;
    private boolean afterCarriageReturn;

    EventStream(InputStream input) {
        this.input = new BufferedInputStream(input);
    }

    /// The next event that has data; null at the end of the stream. One without a numeric id is an [IOException].
    @Nullable
    ReceivedEvent next() throws IOException {
        String id = "";
        String type = "message";
        StringBuilder data = new StringBuilder();
        for (String line = readLine(); line != null; line = readLine()) {
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    return new ReceivedEvent(sequence(id), type, data.substring(0, data.length() - 1));
                }
                type = "message";
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "id" -> id = value;
                case "event" -> type = value;
                case "data" -> data.append(value).append('\n');
                default -> {
                    // A comment, a retry hint, or a field of a later version.
                }
            }
            if (data.length() > MAX_EVENT_BYTES) {
                throw new IOException("an event is larger than " + MAX_EVENT_BYTES + " characters");
            }
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        input.close();
    }

    private static long sequence(String id) throws IOException {
        try {
            return Long.parseLong(id);
        } catch (NumberFormatException notANumber) {
            throw new IOException("an event has the id \"" + id + "\", which is no sequence number", notANumber);
        }
    }

    /// A line ends with LF, CR or both; one without an end is not complete and counts as the end of the stream.
    private @Nullable String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        for (int next = input.read(); next >= 0; next = input.read()) {
            boolean secondHalf = next == '\n' && afterCarriageReturn;
            afterCarriageReturn = next == '\r';
            if (secondHalf) {
                continue;
            }
            if (next == '\n' || next == '\r') {
                return line.toString(StandardCharsets.UTF_8);
            }
            if (line.size() >= MAX_EVENT_BYTES) {
                throw new IOException("a line of events is longer than " + MAX_EVENT_BYTES + " bytes");
            }
            line.write(next);
        }
        return null;
    }
}
