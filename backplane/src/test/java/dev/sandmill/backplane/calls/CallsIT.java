package dev.sandmill.backplane.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sandmill.backplane.Backplane;
import dev.sandmill.backplane.BackplaneConfig;
import dev.sandmill.backplane.calls.CallFailed.Reason;
import dev.sandmill.backplane.testing.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.codec.ByteArrayCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Two processes' ends of a call, over one Redis.
class CallsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static RedisServer redis;
    private static Backplane asking;
    private static Backplane answering;

    @BeforeAll
    static void open() {
        redis = RedisServer.start();
        asking = backplane();
        answering = backplane();
    }

    /// A busy machine is not a Redis that is away.
    private static Backplane backplane() {
        BackplaneConfig usual = BackplaneConfig.at(redis.uri());
        return Backplane.open(new BackplaneConfig(
                usual.redis(), usual.queueCapacity(), usual.resultTtl(), PATIENCE, usual.localCacheBytes()));
    }

    @AfterAll
    static void close() throws Exception {
        asking.close();
        answering.close();
        redis.close();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Calls.Serving serve(String name, CallHandler handler) {
        Calls.Serving serving = answering.calls().serve(name, handler);
        Awaitility.await()
                .atMost(PATIENCE)
                .ignoreExceptions()
                .until(() -> asking.calls().served().contains(name));
        return serving;
    }

    private static Reason reasonOf(String name) {
        try {
            asking.calls().ask(name, bytes("?"), PATIENCE);
            throw new AssertionError("an answer came");
        } catch (CallFailed failed) {
            return failed.reason();
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    @Test
    void aQuestionIsAnsweredByTheOneWhoIsAsked() throws Exception {
        try (Calls.Serving _ = serve("first", question -> bytes("first " + question.length));
                Calls.Serving _ = serve("second", question -> bytes("second " + question.length))) {
            assertThat(asking.calls().ask("first", new byte[3], PATIENCE)).isEqualTo(bytes("first 3"));
            assertThat(asking.calls().ask("second", new byte[8 << 20], PATIENCE))
                    .isEqualTo(bytes("second 8388608"));
        }
    }

    @Test
    void answersFindTheirQuestions() throws Exception {
        try (Calls.Serving _ = serve("echo", question -> question);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<byte[]>> answers = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                byte[] question = bytes("q" + i);
                answers.add(threads.submit(() -> asking.calls().ask("echo", question, PATIENCE)));
            }
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo(bytes("q" + i));
            }
        }
    }

    @Test
    void aSlowCallHoldsUpNoOther() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CallHandler handler = question -> {
            if (question[0] == 's') {
                end.await();
            }
            return question;
        };
        try (Calls.Serving _ = serve("slow", handler);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<byte[]> slow = threads.submit(() -> asking.calls().ask("slow", bytes("s"), PATIENCE));
            assertThat(asking.calls().ask("slow", bytes("q"), PATIENCE)).isEqualTo(bytes("q"));
            assertThat(slow.isDone()).isFalse();
            end.countDown();
            assertThat(slow.get()).isEqualTo(bytes("s"));
        }
    }

    @Test
    void whoSaidGoodbyeOrWasNeverThereIsGoneOnceTheOthersAreKnown() throws Exception {
        try (Calls.Serving _ = serve("stays", question -> question)) {
            serve("leaves", question -> question).close();
            assertThat(asking.calls().served()).contains("stays").doesNotContain("leaves");
            // Where Redis has just begun a name that is missing may only be late.
            redis.cli("SET", "calls:{calls}:since", Long.toString(now()));
            assertThat(reasonOf("leaves")).isEqualTo(Reason.SILENT);
            setOfNamesIsOld();
            assertThat(reasonOf("leaves")).isEqualTo(Reason.GONE);
            assertThat(reasonOf("never there")).isEqualTo(Reason.GONE);
        }
    }

    private static long now() {
        return Long.parseLong(redis.cli("TIME").split("\n")[0]) * 1000;
    }

    private static void setOfNamesIsOld() {
        redis.cli("SET", "calls:{calls}:since", "1");
    }

    @Test
    void whoWasHeardOfAndIsNotAnyMoreIsSilentThenGone() throws Exception {
        try (Calls.Serving _ = serve("other", question -> question)) {
            setOfNamesIsOld();
            long now = now();
            redis.cli("ZADD", "calls:{calls}:served", Long.toString(now - 60_000), "paused");
            redis.cli("ZADD", "calls:{calls}:served", Long.toString(now - 300_000), "long paused");
            assertThat(reasonOf("paused")).isEqualTo(Reason.SILENT);
            assertThat(reasonOf("long paused")).isEqualTo(Reason.SILENT);
            redis.cli("ZADD", "calls:{calls}:served", Long.toString(now - 700_000), "long gone");
            assertThat(reasonOf("long gone")).isEqualTo(Reason.GONE);
            assertThat(asking.calls().served()).doesNotContain("paused", "long gone");
        }
    }

    @Test
    void aHandlersDefectAndALateAnswerAreTold() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        CountDownLatch end = new CountDownLatch(1);
        CallHandler handler = question -> {
            ran.incrementAndGet();
            if (question[0] == 'd') {
                throw new IllegalStateException("a secret of the process");
            }
            end.await();
            return question;
        };
        try (Calls.Serving _ = serve("broken", handler)) {
            assertThatThrownBy(() -> asking.calls().ask("broken", bytes("d"), PATIENCE))
                    .isInstanceOf(CallFailed.class)
                    .hasMessageContaining("broken")
                    .hasMessageNotContaining("secret");
            assertThatThrownBy(() -> asking.calls().ask("broken", bytes("late"), Duration.ofSeconds(1)))
                    .isInstanceOf(CallFailed.class)
                    .hasMessageContaining("1 s");
            assertThat(ran).hasValue(2);
            end.countDown();
        }
    }

    @Test
    void whatLiesThereAndIsNoFrameIsDropped() throws Exception {
        try (Calls.Serving _ = serve("hostile", question -> question)) {
            redis.cli("RPUSH", "calls:{calls}:questions:hostile", "no frame at all");
            assertThat(asking.calls().ask("hostile", bytes("q"), PATIENCE)).isEqualTo(bytes("q"));
        }
    }

    @Test
    void aCallThatNobodyWaitsForAnyMoreIsNotCarriedOut() throws Exception {
        AtomicInteger ran = new AtomicInteger();
        Frame late = new Frame(Frame.Kind.QUESTION, 1, 1, "calls:{calls}:answers:nobody", bytes("late"));
        try (Calls.Serving _ = serve("punctual", question -> {
            ran.incrementAndGet();
            return question;
        })) {
            push("calls:{calls}:questions:punctual", late.encoded());
            assertThat(asking.calls().ask("punctual", bytes("q"), PATIENCE)).isEqualTo(bytes("q"));
            assertThat(ran).hasValue(1);
        }
    }

    private static void push(String list, byte[] value) {
        try (RedisClient client = RedisClient.create(RedisURI.create(redis.uri()))) {
            client.connect(ByteArrayCodec.INSTANCE).sync().rpush(bytes(list), value);
        }
    }
}
