package dev.sandmill.sandbox.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// The real init in a closed container of its own, spoken to frame by frame.
class InitProcess implements AutoCloseable {
    private static final byte[] NONCE = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    static final Frame.Hello HELLO =
            new Frame.Hello(FrameCodec.VERSION, NONCE, 100_000, Frame.Warmth.NONE, List.of(), List.of(), List.of());

    private static final int OUT_OF_TURN = 70;

    private final Process process;
    private final DataInputStream in;
    private final Path complaints;

    InitProcess(Path folder, int openFiles) throws IOException {
        complaints = Files.createTempFile(folder, "stderr", "");
        String seccomp = Path.of(setting("SANDMILL_TEST_SECCOMP", "../docker/seccomp/sandmill.json"))
                .toAbsolutePath()
                .toString();
        process = new ProcessBuilder(("docker run -i --rm --network none --read-only --cap-drop ALL --cap-add SETUID"
                                + " --cap-add SETGID --cap-add KILL --security-opt no-new-privileges --pids-limit 16"
                                + " --memory 64m --memory-swap 64m --ulimit core=1:1 --tmpfs /workspace:mode=1777"
                                + " --tmpfs /tmp:mode=1777 --ulimit nofile=" + openFiles + ":" + openFiles
                                + " --security-opt seccomp=" + seccomp + " sandmill/bash:"
                                + setting("SANDMILL_IMAGE_TAG", "current"))
                        .split(" "))
                .redirectError(complaints.toFile())
                .start();
        in = new DataInputStream(process.getInputStream());
    }

    private static String setting(String variable, String otherwise) {
        return Optional.ofNullable(System.getenv(variable)).orElse(otherwise);
    }

    void say(Frame... frames) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (Frame frame : frames) {
            bytes.writeBytes(FrameCodec.encode(frame));
        }
        process.getOutputStream().write(bytes.toByteArray());
        process.getOutputStream().flush();
    }

    Frame hear() throws IOException, FrameException {
        int length = in.readInt();
        int type = in.readUnsignedByte();
        return FrameCodec.decode(type, in.readNBytes(length));
    }

    void greet() throws Exception {
        say(HELLO);
        assertThat(hear())
                .isInstanceOfSatisfying(
                        Frame.Ready.class, ready -> assertThat(ready.nonce()).isEqualTo(NONCE));
    }

    /// Says what is out of turn, and sees init end for it.
    void offend(String where, Frame frame) throws Exception {
        say(frame);
        assertThat(process.waitFor(30, TimeUnit.SECONDS))
                .as(where + "ends at " + frame)
                .isTrue();
        assertThat(process.exitValue()).as(where + frame).isEqualTo(OUT_OF_TURN);
        assertThat(Files.readString(complaints)).contains("sandmill-init: ");
    }

    /// Tells it to end, or goes away; it ends well both times.
    void end(boolean told) throws Exception {
        if (told) {
            say(new Frame.Shutdown());
        } else {
            process.getOutputStream().close();
        }
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(complaints)).isZero();
    }

    @Override
    public void close() throws IOException {
        in.close();
        process.destroyForcibly();
    }
}
