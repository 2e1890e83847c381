package dev.sandmill.sandbox.wire;

import dev.sandmill.sandbox.wire.Frame.ExitKind;
import dev.sandmill.sandbox.wire.Frame.LimitHit;
import dev.sandmill.sandbox.wire.Frame.RunFlag;
import dev.sandmill.sandbox.wire.Frame.Warmth;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/// Frames as bytes: length of the payload (4 bytes, big-endian), type (1 byte), payload.
public final class FrameCodec {
    public static final int VERSION = 3;
    public static final int HEADER_BYTES = 5;
    public static final int PAYLOAD_MAX_BYTES = 256 * 1024;
    public static final int NONCE_BYTES = 16;
    public static final int STDIN_WINDOW_BYTES = 256 * 1024;

    private FrameCodec() {}

    public static byte[] encode(Frame frame) {
        Payload payload = new Payload();
        int type = switch (frame) {
            case Frame.Hello hello -> {
                payload.number(hello.version(), 2).bytes(hello.nonce());
                payload.number(hello.firstUid(), 4).number(hello.warmth().ordinal(), 1);
                yield payload.strings(hello.warmCommand())
                        .strings(hello.environment())
                        .strings(hello.serverCommand(), 0x01);
            }
            case Frame.Run run -> {
                payload.number(
                        run.flags().stream()
                                .mapToInt(flag -> 1 << flag.ordinal())
                                .sum(),
                        1);
                payload.number(run.wallMicros(), 8).number(run.cpuMicros(), 8).number(run.outputBytes(), 8);
                yield payload.strings(run.command()).strings(run.environment(), 0x02);
            }
            case Frame.File file -> {
                byte[] path = file.path().getBytes(StandardCharsets.UTF_8);
                payload.number((file.executable() ? 1 : 0) | (file.append() ? 2 : 0), 1);
                yield payload.number(path.length, 2).bytes(path).bytes(file.bytes(), 0x03);
            }
            case Frame.Start ignored -> 0x04;
            case Frame.Stdin stdin -> payload.bytes(stdin.bytes(), 0x05);
            case Frame.StdinEnd ignored -> 0x06;
            case Frame.Cancel ignored -> 0x07;
            case Frame.Reset ignored -> 0x08;
            case Frame.Shutdown ignored -> 0x09;
            case Frame.Collect collect -> {
                payload.number(collect.filesMax(), 4).number(collect.fileBytesMax(), 8);
                yield payload.number(collect.bytesMax(), 8).strings(collect.globs(), 0x0a);
            }
            case Frame.Call call -> {
                payload.number(call.wallMicros(), 8).number(call.cpuMicros(), 8);
                yield payload.number(call.outputBytes(), 8, 0x0b);
            }
            case Frame.Code code -> payload.bytes(code.bytes(), 0x0c);
            case Frame.Fetch fetch -> payload.number(fetch.bytesMax(), 8).text(fetch.path(), 0x0d);
            case Frame.Ready ready -> {
                payload.number(ready.version(), 2).bytes(ready.nonce());
                yield payload.number(ready.cgroupVersion(), 1).number(ready.warm() ? 1 : 0, 1, 0x81);
            }
            case Frame.Started ignored -> 0x82;
            case Frame.Stdout out -> payload.bytes(out.bytes(), 0x83);
            case Frame.Stderr err -> payload.bytes(err.bytes(), 0x84);
            case Frame.StdinTaken taken -> payload.number(taken.bytes(), 4, 0x85);
            case Frame.Exit exit -> {
                payload.number(exit.kind().ordinal(), 1).number(exit.code(), 4);
                payload.number(exit.limit().ordinal(), 1).number(exit.leftovers() ? 1 : 0, 1);
                payload.number(exit.wallMicros(), 8).number(exit.cpuMicros(), 8);
                payload.number(exit.peakMemoryBytes(), 8).number(exit.peakPids(), 4);
                yield payload.number(exit.oomKills(), 4).number(exit.pidsRefused(), 4, 0x86);
            }
            case Frame.ResetDone ignored -> 0x87;
            case Frame.ResetFailed failed -> payload.text(failed.reason(), 0x88);
            case Frame.Refused refused -> payload.text(refused.reason(), 0x89);
            case Frame.ArtifactFound found -> {
                payload.number(found.sizeBytes(), 8).number(found.path().length, 2);
                yield payload.bytes(found.path()).text(found.error(), 0x8a);
            }
            case Frame.ArtifactData data -> payload.bytes(data.bytes(), 0x8b);
            case Frame.Collected collected -> payload.number(collected.cutShort() ? 1 : 0, 1, 0x8c);
        };
        return payload.framed(type);
    }

    /// @param type the header's type
    /// @throws FrameException for a type that is none, and for a payload that its type cannot have
    public static Frame decode(int type, byte[] payload) throws FrameException {
        ByteBuffer in = ByteBuffer.wrap(payload);
        try {
            Frame frame = switch (type) {
                case 0x01 -> hello(in);
                case 0x02 -> run(in);
                case 0x03 -> file(in);
                case 0x04 -> new Frame.Start();
                case 0x05 -> new Frame.Stdin(rest(in, in.remaining()));
                case 0x06 -> new Frame.StdinEnd();
                case 0x07 -> new Frame.Cancel();
                case 0x08 -> new Frame.Reset();
                case 0x09 -> new Frame.Shutdown();
                case 0x0a -> new Frame.Collect(count(in), in.getLong(), in.getLong(), strings(in));
                case 0x0b -> new Frame.Call(in.getLong(), in.getLong(), in.getLong());
                case 0x0c -> new Frame.Code(rest(in, in.remaining()));
                case 0x0d -> new Frame.Fetch(in.getLong(), text(in));
                case 0x81 -> new Frame.Ready(in.getShort() & 0xffff, rest(in, NONCE_BYTES), in.get(), flag(in));
                case 0x82 -> new Frame.Started();
                case 0x83 -> new Frame.Stdout(rest(in, in.remaining()));
                case 0x84 -> new Frame.Stderr(rest(in, in.remaining()));
                case 0x85 -> new Frame.StdinTaken(count(in));
                case 0x86 -> exit(in);
                case 0x87 -> new Frame.ResetDone();
                case 0x88 -> new Frame.ResetFailed(text(in));
                case 0x89 -> new Frame.Refused(text(in));
                case 0x8a -> new Frame.ArtifactFound(in.getLong(), rest(in, in.getShort() & 0xffff), text(in));
                case 0x8b -> new Frame.ArtifactData(rest(in, in.remaining()));
                case 0x8c -> new Frame.Collected(flag(in));
                default -> throw new FrameException("no frame has type " + type);
            };
            if (in.hasRemaining()) {
                throw new FrameException(in.remaining() + " bytes too many in a frame of type " + type);
            }
            return frame;
        } catch (BufferUnderflowException tooShort) {
            throw new FrameException("a frame of type " + type + " ends after " + payload.length + " bytes");
        }
    }

    private static Frame.Hello hello(ByteBuffer in) throws FrameException {
        return new Frame.Hello(
                in.getShort() & 0xffff,
                rest(in, NONCE_BYTES),
                count(in),
                constant(Warmth.values(), in.get()),
                strings(in),
                strings(in),
                strings(in));
    }

    private static Frame.Run run(ByteBuffer in) throws FrameException {
        RunFlag[] known = RunFlag.values();
        int bits = flags(in, (1 << known.length) - 1);
        return new Frame.Run(
                Arrays.stream(known)
                        .filter(flag -> (bits & 1 << flag.ordinal()) != 0)
                        .collect(Collectors.toUnmodifiableSet()),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                strings(in),
                strings(in));
    }

    private static int flags(ByteBuffer in, int known) throws FrameException {
        int flags = in.get();
        if ((flags & ~known) != 0) {
            throw new FrameException("unknown flags " + flags);
        }
        return flags;
    }

    private static Frame.File file(ByteBuffer in) throws FrameException {
        int flags = flags(in, 3);
        String path = new String(rest(in, in.getShort() & 0xffff), StandardCharsets.UTF_8);
        return new Frame.File(path, (flags & 1) != 0, (flags & 2) != 0, rest(in, in.remaining()));
    }

    private static Frame.Exit exit(ByteBuffer in) throws FrameException {
        return new Frame.Exit(
                constant(ExitKind.values(), in.get()),
                in.getInt(),
                constant(LimitHit.values(), in.get()),
                flag(in),
                in.getLong(),
                in.getLong(),
                in.getLong(),
                count(in),
                count(in),
                count(in));
    }

    private static <T> T constant(T[] constants, int index) throws FrameException {
        if (index < 0 || index >= constants.length) {
            throw new FrameException("no " + constants[0].getClass().getSimpleName() + " has number " + index);
        }
        return constants[index];
    }

    private static int count(ByteBuffer in) throws FrameException {
        int value = in.getInt();
        if (value < 0) {
            throw new FrameException("a count may not be " + value);
        }
        return value;
    }

    private static boolean flag(ByteBuffer in) throws FrameException {
        byte value = in.get();
        if (value != 0 && value != 1) {
            throw new FrameException("a flag is 0 or 1, not " + value);
        }
        return value == 1;
    }

    private static byte[] rest(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static String text(ByteBuffer in) {
        return new String(rest(in, in.remaining()), StandardCharsets.UTF_8);
    }

    private static List<String> strings(ByteBuffer in) throws FrameException {
        int count = in.getShort() & 0xffff;
        List<String> strings = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            strings.add(new String(rest(in, count(in)), StandardCharsets.UTF_8));
        }
        return strings;
    }
}
