package dev.sandmill.sandbox.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.api.Limits;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// Connections of one program bind nothing, hold nothing and tell nothing in the next.
class NetworkBleedIT {
    @Test
    void aPortIsFreeForTheNextProgram() throws IOException {
        String server = """
                import socket
                server = socket.socket(); server.bind(('127.0.0.1', 8000)); server.listen()
                client = socket.create_connection(('127.0.0.1', 8000)); server.accept()[0].close(); client.close()
                print('served')
                """;
        try (Arena arena = new Arena(1, "python")) {
            for (int i = 0; i < 2; i++) {
                assertThat(arena.python(server, Limits.DEFAULT, "ada").stdout().text())
                        .isEqualTo("served\n");
                arena.requireQuiet();
            }
        }
    }
}
