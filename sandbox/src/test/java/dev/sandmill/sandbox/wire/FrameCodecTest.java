package dev.sandmill.sandbox.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class FrameCodecTest {
    private static final Path VECTORS = Path.of("../docker/init/vectors/frames.txt");

    @Provide
    Arbitrary<Frame> frames() {
        Arbitrary<byte[]> bytes = Arbitraries.bytes().array(byte[].class).ofMaxSize(300);
        Arbitrary<byte[]> nonce = Arbitraries.bytes().array(byte[].class).ofSize(16);
        Arbitrary<List<String>> strings = Arbitraries.strings()
                .excludeChars('\0')
                .ofMaxLength(20)
                .filter(FrameCodecTest::isText)
                .list()
                .ofMaxSize(5);
        Arbitrary<Long> longs = Arbitraries.longs().greaterOrEqual(0);
        Arbitrary<Integer> ints = Arbitraries.integers().greaterOrEqual(0);
        return Arbitraries.oneOf(
                Combinators.combine(nonce, Arbitraries.of(Frame.Warmth.class), strings, strings, strings)
                        .as((n, w, a, b, c) -> new Frame.Hello(3, n, 100_000, w, a, b, c)),
                Combinators.combine(Arbitraries.of(Frame.RunFlag.class).set(), longs, longs, longs, strings, strings)
                        .as((flags, wall, cpu, output, command, environment) ->
                                new Frame.Run(flags, wall, cpu, output, command, environment)),
                Combinators.combine(
                                Arbitraries.strings().alpha(),
                                Arbitraries.of(true, false),
                                Arbitraries.of(true, false),
                                bytes)
                        .as(Frame.File::new),
                Combinators.combine(longs, longs, longs).as(Frame.Call::new),
                bytes.map(Frame.Code::new),
                Combinators.combine(longs, Arbitraries.strings().alpha()).as(Frame.Fetch::new),
                bytes.map(Frame.Stdin::new),
                bytes.map(Frame.Stdout::new),
                bytes.map(Frame.Stderr::new),
                ints.map(Frame.StdinTaken::new),
                Combinators.combine(
                                Arbitraries.of(Frame.ExitKind.class),
                                ints,
                                Arbitraries.of(Frame.LimitHit.class),
                                longs,
                                ints)
                        .as((kind, code, limit, size, count) ->
                                new Frame.Exit(kind, code, limit, true, size, size, size, count, count, count)),
                strings.map(words -> new Frame.Refused(String.join(" ", words))),
                Combinators.combine(ints, longs, longs, strings).as(Frame.Collect::new),
                Combinators.combine(longs, bytes, Arbitraries.strings().alpha()).as(Frame.ArtifactFound::new),
                bytes.map(Frame.ArtifactData::new),
                Arbitraries.of(
                        new Frame.Collected(true),
                        new Frame.Start(),
                        new Frame.StdinEnd(),
                        new Frame.Cancel(),
                        new Frame.Reset(),
                        new Frame.Shutdown(),
                        new Frame.Started(),
                        new Frame.ResetDone()));
    }

    private static boolean isText(String text) {
        return StandardCharsets.UTF_8.newEncoder().canEncode(text);
    }

    @Property
    void whatIsEncodedIsDecodedHoweverItIsCut(
            @ForAll("frames") Frame frame, @ForAll("frames") Frame next, @ForAll int seed) throws FrameException {
        byte[] first = FrameCodec.encode(frame);
        byte[] second = FrameCodec.encode(next);
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        int step = 1 + Math.floorMod(seed, 97);
        FrameAssembler assembler = new FrameAssembler();
        List<Frame> whole = new ArrayList<>();
        for (int at = 0; at < both.length; at += step) {
            assembler.accept(Arrays.copyOfRange(both, at, Math.min(both.length, at + step)), whole::add);
        }
        assertThat(whole).hasSize(2);
        assertThat(FrameCodec.encode(whole.get(0))).isEqualTo(first);
        assertThat(FrameCodec.encode(whole.get(1))).isEqualTo(second);
        assertThat(whole.get(0)).hasSameClassAs(frame);
    }

    @Property
    void noiseIsRefusedOrWaitedForButNeverFails(@ForAll byte[] noise) {
        List<Frame> whole = new ArrayList<>();
        try {
            new FrameAssembler().accept(noise, whole::add);
        } catch (FrameException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }

    @Test
    void theSharedVectorsAreDecodedAsInitDecodesThem() throws Exception {
        int seen = 0;
        for (String line : Files.readAllLines(VECTORS)) {
            if (line.startsWith("#")) {
                continue;
            }
            String[] parts = line.split(" ?\\| ", 3);
            byte[] bytes = HexFormat.of().parseHex(parts[0].strip());
            List<Frame> whole = new ArrayList<>();
            String verdict = parts[1].strip().split(" ")[0];
            if (verdict.equals("bad")) {
                assertThatThrownBy(() -> new FrameAssembler().accept(bytes, whole::add))
                        .as(line)
                        .isInstanceOf(FrameException.class);
            } else {
                new FrameAssembler().accept(bytes, whole::add);
                assertThat(whole).as(line).hasSize(verdict.equals("ok") ? 1 : 0);
            }
            if (!whole.isEmpty()) {
                assertThat(FrameCodec.encode(whole.getFirst())).as(line).isEqualTo(bytes);
            }
            seen++;
        }
        assertThat(seen).isGreaterThan(20);
    }

    @Test
    void aHostileLengthIsRefusedBeforeMemoryIsTaken() {
        byte[] fourGiB = {-1, -1, -1, -1, (byte) 0x83};
        assertThatThrownBy(() -> new FrameAssembler().accept(fourGiB, frame -> {}))
                .hasMessageContaining("4294967295");
    }

    @Test
    void aFrameThatIsTooLargeIsNotMade() {
        assertThatThrownBy(() -> FrameCodec.encode(new Frame.Stdin(new byte[FrameCodec.PAYLOAD_MAX_BYTES + 1])))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
