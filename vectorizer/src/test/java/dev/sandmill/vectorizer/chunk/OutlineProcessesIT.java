package dev.sandmill.vectorizer.chunk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sandmill.vectorizer.chunk.OutlineSource.Answer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutlineProcessesIT {
    private static final ChunkLimits LIMITS = ChunkLimits.forMiniLm();
    private static final TokenCounter COUNTER = text -> text.split("\\W+").length;
    private static final String CLASS = """
            class Pool {
                /** Takes one. */
                int lease(int wanted) {
                    return wanted;
                }
            }
            """;

    private final OutlineProcesses processes = new OutlineProcesses(2, Duration.ofSeconds(60), Duration.ofMinutes(10));
    private final Chunkers confined = Chunkers.confined(LIMITS, COUNTER, processes);
    private final Chunkers here = new Chunkers(LIMITS, COUNTER);

    @AfterEach
    void close() {
        processes.close();
    }

    @Test
    void filesAreCutAsTheyWouldBeInThisProcess() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(Path.of("src", "main", "java"))) {
            files = all.filter(path -> path.toString().endsWith(".java")).toList();
        }
        for (Path file : files) {
            String text = Files.readString(file);
            assertThat(confined.chunk("java", text)).as(file.toString()).isEqualTo(here.chunk("java", text));
        }
        for (String text : List.of("", "\n", "x", "\r\n\r\nclass A {}\r\n", "\uD800\0é😀", CLASS.repeat(500))) {
            assertThat(confined.chunk("java", text)).isEqualTo(here.chunk("java", text));
            assertThat(confined.chunk("python", text)).isEqualTo(here.chunk("python", text));
        }
        assertThat(processes.pids()).hasSize(1);
        assertThat(processes.ended()).isZero();
    }

    @Test
    void aParserThatIsKilledInTheMiddleLosesNothing() throws InterruptedException {
        List<Chunk> expected = here.chunk("java", CLASS.repeat(200));
        AtomicBoolean done = new AtomicBoolean();
        List<Chunk> wrong = new ArrayList<>();
        Thread indexing = Thread.ofPlatform().start(() -> {
            for (int at = 0; at < 40; at++) {
                Cut cut = confined.cut("java", CLASS.repeat(200));
                if (cut.endedParser() == null && !cut.chunks().equals(expected)) {
                    wrong.addAll(cut.chunks());
                }
                assertLossless(cut);
            }
            done.set(true);
        });
        int killed = 0;
        while (indexing.isAlive() && killed < 10) {
            for (long pid : processes.pids()) {
                signal(pid);
                killed++;
            }
            Thread.sleep(20);
        }
        indexing.join();

        assertThat(done).isTrue();
        assertThat(wrong).isEmpty();
        assertThat(killed).isPositive();
        assertThat(confined.cut("java", CLASS).endedParser()).isNull();
    }

    private static void assertLossless(Cut cut) {
        StringBuilder whole = new StringBuilder();
        cut.chunks().forEach(chunk -> whole.append(chunk.text()));
        Assertions.assertThat(whole.toString()).isEqualTo(CLASS.repeat(200));
    }

    private static void signal(long pid) {
        try {
            new ProcessBuilder("kill", "-SEGV", Long.toString(pid)).start().waitFor();
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /// In this process this text would end the tests: Ruby's scanner 0.23.1 aborts at a heredoc with such a word.
    @Test
    void aTextThatCrashesItsGrammarIsCutByLinesAndTold() {
        String crashing = "def lease\n  x = <<" + "A".repeat(300) + "\n#{y}\n" + "A".repeat(300) + "\nend\n";

        Cut cut = confined.cut("ruby", crashing);

        assertThat(cut.endedParser()).contains("its parser ended with code 134");
        assertThat(cut.chunks()).isNotEmpty().allMatch(chunk -> chunk.kind() == ChunkKind.TEXT);
        assertThat(processes.ended()).isEqualTo(1);
        assertThat(confined.cut("ruby", "def a\nend\n").endedParser()).isNull();
    }

    @Test
    void aParserThatDoesNotAnswerIsKilled() {
        try (OutlineProcesses impatient = new OutlineProcesses(1, Duration.ZERO, Duration.ofMinutes(10))) {
            Cut cut = Chunkers.confined(LIMITS, COUNTER, impatient).cut("java", CLASS.repeat(5_000));

            assertThat(cut.endedParser()).contains("more than");
            assertThat(cut.chunks()).isNotEmpty();
        }
    }

    @Test
    void aParserThatNobodyNeedsGoes() {
        try (OutlineProcesses brief = new OutlineProcesses(1, Duration.ofSeconds(60), Duration.ofMillis(1))) {
            Chunkers chunkers = Chunkers.confined(LIMITS, COUNTER, brief);
            for (int at = 0; at < 3; at++) {
                assertThat(chunkers.cut("java", CLASS)).isEqualTo(new Cut(here.chunk("java", CLASS), null));
                await().atMost(Duration.ofSeconds(30)).until(() -> brief.pids().isEmpty());
            }
        }
    }

    @Test
    void closingEndsTheProcessesAndTakesTheirFilesAway() {
        confined.chunk("java", CLASS);
        List<Long> pids = List.copyOf(processes.pids());
        assertThat(pids).hasSize(1);

        processes.close();

        await().atMost(Duration.ofSeconds(30))
                .until(() -> pids.stream()
                        .noneMatch(pid -> ProcessHandle.of(pid)
                                .map(ProcessHandle::isAlive)
                                .orElse(false)));
    }

    @Test
    void nonsenseFromAParserIsNoOutline() throws IOException {
        MeasuredText text = MeasuredText.of(CLASS.repeat(3), COUNTER);
        Answer real = new ParsedOutlines(new dev.sandmill.vectorizer.syntax.Grammars(), LIMITS).outline("java", text);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        OutlineWire.answer(((Answer.Known) real).outline(), new DataOutputStream(bytes));
        Random random = new Random(5);
        int refused = 0;
        for (int at = 0; at < 20_000; at++) {
            byte[] changed = bytes.toByteArray();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
            try {
                Outline read = OutlineWire.outline(text, new DataInputStream(new ByteArrayInputStream(changed)));
                if (read != null) {
                    new Assembly(LIMITS, COUNTER).assemble(text, read);
                }
            } catch (IOException expected) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
    }
}
