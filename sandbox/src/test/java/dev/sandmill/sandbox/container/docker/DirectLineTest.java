package dev.sandmill.sandbox.container.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectLineTest {
    private static final int MORE_THAN_A_SOCKET_HOLDS = 4 << 20;

    @TempDir
    Path folder;

    private ServerSocketChannel init;
    private SocketChannel initsInput;
    private SocketChannel initsOutput;
    private DirectLine line;

    @BeforeEach
    void connect() throws IOException {
        Path socket = folder.resolve("init");
        init = ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(UnixDomainSocketAddress.of(socket));
        line = InitSocket.connect(socket);
        initsInput = init.accept();
        initsOutput = init.accept();
    }

    @AfterEach
    void close() throws IOException {
        line.close();
        initsInput.close();
        initsOutput.close();
        init.close();
    }

    private static byte[] read(SocketChannel channel, int bytes) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(bytes);
        while (all.hasRemaining() && channel.read(all) >= 0) {
            assertThat(all.position()).isPositive();
        }
        return Arrays.copyOf(all.array(), all.position());
    }

    @Test
    void whatIsSentArrivesWholeAlsoThroughAnInterrupt() throws Exception {
        byte[] sent = new byte[MORE_THAN_A_SOCKET_HOLDS];
        new Random(31).nextBytes(sent);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread sender = Thread.ofVirtual().start(() -> {
            Thread.currentThread().interrupt();
            boolean taken = line.send(sent);
            interrupted.complete(taken && Thread.currentThread().isInterrupted());
        });
        sender.interrupt();
        assertThat(read(initsInput, sent.length)).isEqualTo(sent);
        assertThat(interrupted.get()).isTrue();
    }

    @Test
    void allThatInitSaidIsPassedOnBeforeItsEnd() throws Exception {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        CountDownLatch ended = new CountDownLatch(1);
        line.listen("c", heard::writeBytes, ended::countDown);
        byte[] said = new byte[MORE_THAN_A_SOCKET_HOLDS];
        new Random(17).nextBytes(said);
        ByteBuffer left = ByteBuffer.wrap(said);
        while (left.hasRemaining()) {
            initsOutput.write(left);
        }
        assertThat(line.awaitEnd(Duration.ZERO)).isFalse();
        initsOutput.close();
        assertThat(line.awaitEnd(Duration.ofSeconds(20))).isTrue();
        ended.await();
        assertThat(heard.toByteArray()).isEqualTo(said);
    }

    @Test
    void closingItEndsBothSides() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        line.listen("c", bytes -> {}, ended::countDown);
        line.close();
        ended.await();
        assertThat(initsInput.read(ByteBuffer.allocate(1))).isNegative();
        assertThat(line.send(new byte[] {1})).isTrue();
    }

    @Test
    void whereNobodyListensItSaysSo() {
        assertThatThrownBy(() -> InitSocket.connect(folder.resolve("nothing"))).isInstanceOf(IOException.class);
    }
}
