package dev.sandmill.sandbox.container.docker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sandmill.sandbox.container.Container;
import dev.sandmill.sandbox.container.ContainerSpec;
import dev.sandmill.sandbox.container.PoolKey;
import dev.sandmill.sandbox.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Containers of the real engine, spoken to over sockets of this process.
class DirectLineIT {
    private static final String TAG =
            Optional.ofNullable(System.getenv("SANDMILL_IMAGE_TAG")).orElse("current");
    private static final Path SECCOMP = Path.of(
            Optional.ofNullable(System.getenv("SANDMILL_TEST_SECCOMP")).orElse("../docker/seccomp/sandmill.json"));
    private static final String SOCKETS = """
            import os, stat
            for folder, folders, files in os.walk("/"):
                for name in files:
                    try:
                        if stat.S_ISSOCK(os.lstat(folder + "/" + name).st_mode):
                            print(folder, name)
                    except OSError:
                        pass
            print("none left")
            """;

    private final List<DirectLine> lines = new CopyOnWriteArrayList<>();
    private DockerConnection docker;
    private Container container;

    @BeforeEach
    void connect() {
        docker = new DockerConnection(
                URI.create(Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse("unix:///var/run/docker.sock")));
    }

    @AfterEach
    void close() {
        if (container != null) {
            container.destroy();
        }
        docker.close();
    }

    private DirectLine connected(long process) throws IOException {
        DirectLine line = InitSocket.connect(process);
        lines.add(line);
        return line;
    }

    private Container created(DockerContainerFactory.Lines from) throws Exception {
        String image =
                docker.client().inspectImageCmd("sandmill/python:" + TAG).exec().getId();
        container = new DockerContainerFactory(
                        docker,
                        Ownership.ofThisProcess("line-" + UUID.randomUUID()),
                        SECCOMP,
                        Optional.empty(),
                        true,
                        from)
                .create(ContainerSpec.cold(new PoolKey(image, 256L << 20, 64, 64L << 20, false)));
        return container;
    }

    private String output(String source) throws Exception {
        List<Frame.FromHost> frames = new ArrayList<>();
        frames.add(new Frame.Run(
                Set.of(), 60_000_000L, 60_000_000L, 16 << 20, List.of("/usr/bin/python3", "main.py"), List.of()));
        frames.add(new Frame.File("main.py", false, false, source.getBytes(StandardCharsets.UTF_8)));
        frames.add(new Frame.Start());
        frames.add(new Frame.StdinEnd());
        container.send(frames);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (true) {
            switch (container.receive(Duration.ofSeconds(60)).orElseThrow()) {
                case Frame.Stdout bytes -> out.writeBytes(bytes.bytes());
                case Frame.Exit exit -> {
                    assertThat(exit.code())
                            .as(out.toString(StandardCharsets.UTF_8))
                            .isZero();
                    return out.toString(StandardCharsets.UTF_8);
                }
                default -> {}
            }
        }
    }

    private boolean hasMount() {
        return !docker.client()
                .inspectContainerCmd(container.id())
                .exec()
                .getMounts()
                .isEmpty();
    }

    @Test
    void aProgramFindsNoSocketAndNothingIsMounted() throws Exception {
        created(this::connected);
        assertThat(hasMount()).isFalse();
        assertThat(output(SOCKETS)).isEqualTo("none left\n");
        assertThat(lines).hasSize(1);
    }

    @Test
    void moreOutputThanASocketHoldsArrivesWhole() throws Exception {
        created(this::connected);
        assertThat(output("print('x' * 8_000_000)")).hasSize(8_000_001);
        assertThat(lines).hasSize(1);
    }

    @Test
    void anInitThatIsNotReachedIsSpokenToThroughTheEngine() throws Exception {
        created(process -> {
            throw new AccessDeniedException("/proc/1/root");
        });
        assertThat(output(SOCKETS)).isEqualTo("none left\n");
    }

    @Test
    void oneConnectionAloneIsNoLine() throws Exception {
        created(process -> {
            SocketChannel.open(UnixDomainSocketAddress.of("/proc/" + process + "/root/dev/sandmill"));
            throw new IOException("there is no second");
        });
        assertThat(output("print(6 * 7)")).isEqualTo("42\n");
    }
}
