package dev.sandmill.api.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventStreamTest {
    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n", "\r"})
    void everyLineEndOfTheStandardIsRead(String end) throws IOException {
        String text = String.join(
                end,
                ": hello",
                "id: 1",
                "event: output",
                "data: {\"a\":1}",
                "",
                "id:2",
                "data:x",
                "data:y",
                "retry: 5",
                "",
                "");
        assertThat(events(text))
                .containsExactly(new ReceivedEvent(1, "output", "{\"a\":1}"), new ReceivedEvent(2, "message", "x\ny"));
    }

    @Test
    void anEventThatTheEndCutsOffIsDropped() throws IOException {
        assertThat(events("id: 1\ndata: a\n\nid: 2\ndata: b\n")).hasSize(1);
        assertThat(events("id: 1\ndata: a")).isEmpty();
    }

    @Test
    void anIdThatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> events("id: x\ndata: a\n\n")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> events("data: a\n\n")).isInstanceOf(IOException.class);
    }

    private static List<ReceivedEvent> events(String text) throws IOException {
        List<ReceivedEvent> events = new ArrayList<>();
        try (EventStream stream = new EventStream(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)))) {
            for (ReceivedEvent event = stream.next(); event != null; event = stream.next()) {
                events.add(event);
            }
        }
        return events;
    }
}
