package dev.sandmill.sandbox.parser;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/// What holds for either parser, whatever becomes of its processes.
@Timeout(120)
abstract class ParsersContract {
    private static final long STEPS = 10_000_000;
    private static final int DEPTH = 1_500;

    private final List<Parsers> opened = new ArrayList<>();

    abstract ParserProgram program();

    private Parsers parsers(int most, Duration patience) {
        Parsers parsers = new Parsers(program(), most, patience);
        opened.add(parsers);
        return parsers;
    }

    @AfterEach
    void close() {
        opened.forEach(Parsers::close);
    }

    private static ParseAnswer parse(Parsers parsers, String language, String source) {
        return parsers.parse(language, source.getBytes(StandardCharsets.UTF_8), STEPS, DEPTH);
    }

    private static void assertReads(Parsers parsers) {
        assertThat(parse(parsers, "python", "x = 1\n")).isInstanceOf(ParseAnswer.Parsed.class);
    }

    /// A tree as a text: kinds with their fields, children in brackets.
    private static String shape(ParseAnswer answer) {
        FlatTree tree = ((ParseAnswer.Parsed) answer).tree();
        List<String> waiting = new ArrayList<>();
        for (int node = 0; node < tree.size(); node++) {
            List<String> children = waiting.subList(waiting.size() - tree.children(node), waiting.size());
            String shape = (tree.field(node).isEmpty() ? "" : tree.field(node) + ":") + tree.kind(node) + "@"
                    + tree.start(node) + "-" + tree.end(node) + (children.isEmpty() ? "" : children.toString());
            children.clear();
            waiting.add(shape);
        }
        assertThat(waiting).hasSize(1);
        return waiting.getFirst();
    }

    @Test
    void aTreeHasNamedNodesAndTokensThatFillAField() {
        Parsers parsers = parsers(1, Duration.ofSeconds(20));

        assertThat(shape(parse(parsers, "python", "x = f(1)  # one\n")))
                .isEqualTo("module@0-16[expression_statement@0-8[assignment@0-8[left:identifier@0-1, "
                        + "right:call@4-8[function:identifier@4-5, arguments:argument_list@5-8[integer@6-7]]]]]");
        assertThat(shape(parse(parsers, "javascript", "a + 1")))
                .isEqualTo("program@0-5[expression_statement@0-5[binary_expression@0-5[left:identifier@0-1, "
                        + "operator:+@2-3, right:number@4-5]]]");
        assertThat(shape(parse(parsers, "typescript", "let a: string"))).contains("type:type_annotation@5-13");
        assertThat(shape(parse(parsers, "bash", "ls -l"))).contains("argument:word@3-5");
        assertThat(shape(parse(parsers, "bash", ""))).isEqualTo("program@0-0");
    }

    @Test
    void whatTheGrammarDoesNotKnowIsSaid() {
        Parsers parsers = parsers(1, Duration.ofSeconds(20));

        ParseAnswer.Parsed broken = (ParseAnswer.Parsed) parse(parsers, "python", "def f(:\n  import os\n((\n");

        assertThat(broken.tree().broken()).isTrue();
        assertThat(shape(broken)).contains("ERROR");
    }

    @Test
    void limitsOfTheRequestAreKept() {
        Parsers parsers = parsers(1, Duration.ofSeconds(20));

        assertThat(parse(parsers, "python", "(".repeat(5_000) + "1" + ")".repeat(5_000)))
                .isInstanceOf(ParseAnswer.TooDeep.class);
        assertThat(parsers.parse("python", "x = 1\n".repeat(10_000).getBytes(StandardCharsets.UTF_8), 1_000, DEPTH))
                .isInstanceOfSatisfying(
                        ParseAnswer.OverLimit.class,
                        refused -> assertThat(refused.limit()).isEqualTo("1000 steps"));
        assertReads(parsers);
    }

    /// One statement that is ambiguous all the way: gigabytes, in one of the parser's steps.
    @Test
    void aSourceThatTakesMemoryWithoutEndIsRefusedAndTheNextOneRead() {
        Parsers parsers = parsers(1, Duration.ofSeconds(20));

        assertThat(parse(parsers, "bash", "a|".repeat(75_000)))
                .isInstanceOfAny(ParseAnswer.OverLimit.class, ParseAnswer.Ended.class);
        assertReads(parsers);
    }

    @Test
    void aProcessThatWasKilledWhileItWaitedIsReplaced() {
        Parsers parsers = parsers(1, Duration.ofSeconds(20));
        assertReads(parsers);
        long killed = parsers.pids().iterator().next();

        ProcessHandle.of(killed).orElseThrow().destroyForcibly();

        for (int i = 0; i < 20; i++) {
            assertReads(parsers);
        }
        assertThat(parsers.pids()).hasSize(1).doesNotContain(killed);
    }

    @Test
    void aProcessThatIsKilledAgainAndAgainWhileItParsesCostsNobodyAnAnswer() throws Exception {
        Parsers parsers = parsers(2, Duration.ofSeconds(20));
        byte[] source = "x = [f(a, b) for a in range(10)]\n".repeat(300).getBytes(StandardCharsets.UTF_8);
        try (var callers = Executors.newFixedThreadPool(2)) {
            List<Future<ParseAnswer>> answers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                answers.add(callers.submit(() -> parsers.parse("python", source, STEPS, DEPTH)));
            }
            for (int i = 0; i < 4; i++) {
                answers.get(4 * i).get();
                parsers.pids().stream()
                        .map(ProcessHandle::of)
                        .flatMap(java.util.Optional::stream)
                        .forEach(ProcessHandle::destroyForcibly);
            }
            for (Future<ParseAnswer> answer : answers) {
                assertThat(answer.get()).isInstanceOfAny(ParseAnswer.Parsed.class, ParseAnswer.Ended.class);
            }
        }
        assertReads(parsers);
        assertThat(parsers.pids()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessThatIsPausedBeyondItsTimeIsKilledAndReplaced() throws Exception {
        Parsers parsers = parsers(1, Duration.ofMillis(2_500));
        assertReads(parsers);
        long paused = parsers.pids().iterator().next();
        assertThat(new ProcessBuilder("kill", "-STOP", Long.toString(paused))
                        .start()
                        .waitFor())
                .isZero();
        Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> standsStill(paused));

        assertThat(parse(parsers, "python", "x = 1\n"))
                .isInstanceOfSatisfying(
                        ParseAnswer.OverLimit.class,
                        refused -> assertThat(refused.limit()).isEqualTo("2500 ms"));

        ProcessHandle.of(paused).ifPresent(process -> process.onExit().join());
        assertReads(parsers);
        assertThat(parsers.pids()).hasSize(1).doesNotContain(paused);
    }

    /// A process of many threads stops a moment after it was told to, thread by thread.
    private static boolean standsStill(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                String stat = Files.readString(thread.resolve("stat"));
                if (stat.charAt(stat.lastIndexOf(')') + 2) != 'T') {
                    return false;
                }
            }
        }
        return true;
    }

    @Test
    void manyAtATimeShareFewProcesses() throws Exception {
        Parsers parsers = parsers(2, Duration.ofSeconds(20));
        try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<ParseAnswer>> calls = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                String source = "value_" + i + " = 1\n";
                calls.add(() -> parse(parsers, "python", source));
            }
            for (Future<ParseAnswer> call : callers.invokeAll(calls)) {
                assertThat(call.get()).isInstanceOf(ParseAnswer.Parsed.class);
            }
        }
        assertThat(parsers.pids()).hasSizeLessThanOrEqualTo(2);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aThousandParsesLeaveNoDescriptorAndNoMemory() throws IOException {
        Parsers parsers = parsers(1, Duration.ofSeconds(20));
        String source = "x = [f(a, b) for a in range(10)]\n".repeat(20);
        parse(parsers, "python", source);
        long pid = parsers.pids().iterator().next();
        long openBefore = descriptors();
        long residentBefore = residentKilobytes(pid);

        for (int i = 0; i < 1_000; i++) {
            parse(parsers, "python", source);
        }

        assertThat(descriptors()).isLessThan(openBefore + 10);
        assertThat(residentKilobytes(pid)).isLessThan(residentBefore + 150_000);
        assertThat(parsers.pids()).containsExactly(pid);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void fiftyThatDiedLeaveNoDescriptorAndNoProcess() throws IOException {
        Parsers parsers = parsers(1, Duration.ofSeconds(20));
        assertReads(parsers);
        long before = descriptors();
        long[] died = new long[deaths()];
        for (int i = 0; i < died.length; i++) {
            died[i] = parsers.pids().iterator().next();
            ProcessHandle.of(died[i]).orElseThrow().destroyForcibly();
            assertReads(parsers);
        }
        assertThat(descriptors()).isLessThan(before + 10);
        for (long pid : died) {
            assertThat(parsers.pids()).doesNotContain(pid);
        }
        assertThat(parsers.pids()).hasSize(1);
    }

    /// How often the test above kills one: starting a JVM takes half a second.
    abstract int deaths();

    @Test
    void closingEndsThem() {
        Parsers parsers = parsers(1, Duration.ofSeconds(20));
        assertReads(parsers);
        ProcessHandle process =
                ProcessHandle.of(parsers.pids().iterator().next()).orElseThrow();

        parsers.close();

        process.onExit().join();
        assertThat(parsers.pids()).isEmpty();
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    static long residentKilobytes(long pid) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .sum();
    }
}
