package dev.sandmill.sandbox.container.docker;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.StreamType;
import dev.sandmill.sandbox.wire.Frame;
import dev.sandmill.sandbox.wire.FrameAssembler;
import dev.sandmill.sandbox.wire.FrameException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A container's standard streams over one hijacked connection. Standard output carries init's frames; on standard
/// error init only says why it ended. Docker's pieces are told apart by the client; frames are put together here. Once
/// init is there, frames may go over a [DirectLine] instead, and this connection tells only why the container ended.
final class AttachedStream extends ResultCallback.Adapter<com.github.dockerjava.api.model.Frame> {
    /// Up to 64 KiB of output each; while it is full, init stops reading what the program prints.
    private static final int NEWS_MAX = 32;

    private static final int COMPLAINT_MAX_CHARACTERS = 1000;
    /// What a container that has ended still had to say is in this process already.
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);
    /// How long after init's end Docker may take to tell of it.
    private static final Duration NEWS_OF_THE_END = Duration.ofSeconds(10);

    /// What there is to receive: a frame, or that there will be none.
    sealed interface News {
        record Arrived(Frame.FromInit frame) implements News {}

        record Ended(String why) implements News {}
    }

    private final OutgoingBytes input = new OutgoingBytes();
    private final FrameAssembler assembler = new FrameAssembler();
    private final BlockingQueue<News> news = new ArrayBlockingQueue<>(NEWS_MAX);
    private final StringBuilder complaint = new StringBuilder();
    private final CountDownLatch over = new CountDownLatch(1);
    private volatile @Nullable DirectLine line;
    private volatile boolean closed;
    private volatile boolean ended;

    /// What Docker's client sends.
    OutgoingBytes input() {
        return input;
    }

    /// False when the container has not taken anything for a long time.
    boolean send(byte[] bytes) throws InterruptedException {
        DirectLine direct = line;
        return direct == null ? input.offer(bytes) : direct.send(bytes);
    }

    /// From now on frames come and go over the line: init has said over this connection that it is ready, and nothing
    /// since.
    void moveTo(DirectLine direct, String container) {
        line = direct;
        direct.listen(container, this::accept, this::lineEnded);
    }

    private void lineEnded() {
        boolean told = false;
        try {
            told = over.await(NEWS_OF_THE_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
        if (!told) {
            end("its connection ended");
        }
    }

    boolean hasEnded() {
        return ended;
    }

    @Nullable
    News next(long nanos) throws InterruptedException {
        News next = news.poll(nanos, TimeUnit.NANOSECONDS);
        if (next instanceof News.Ended) {
            news.offer(next);
        }
        return next;
    }

    @Override
    public void onNext(com.github.dockerjava.api.model.Frame piece) {
        if (piece.getStreamType() == StreamType.STDERR) {
            complain(new String(piece.getPayload(), StandardCharsets.UTF_8));
            return;
        }
        accept(piece.getPayload());
    }

    private void accept(byte[] piece) {
        try {
            assembler.accept(piece, this::arrived);
        } catch (FrameException broken) {
            end(String.valueOf(broken.getMessage()));
            closeConnection();
        }
    }

    private void arrived(Frame frame) {
        if (frame instanceof Frame.FromInit fromInit) {
            tell(new News.Arrived(fromInit));
        } else {
            end("init said something that only the host says");
            closeConnection();
        }
    }

    private void complain(String text) {
        if (complaint.length() < COMPLAINT_MAX_CHARACTERS) {
            complaint.append(text, 0, Math.min(text.length(), COMPLAINT_MAX_CHARACTERS));
        }
    }

    @Override
    public void onError(Throwable failure) {
        endAfterLastWords(DockerConnection.reason(failure));
        super.onError(failure);
    }

    @Override
    public void onComplete() {
        endAfterLastWords(
                complaint.isEmpty() ? "its init ended" : complaint.toString().strip());
        super.onComplete();
    }

    private void endAfterLastWords(String why) {
        DirectLine direct = line;
        if (direct != null && !direct.awaitEnd(LAST_WORDS)) {
            direct.close();
        }
        end(why);
    }

    private void end(String why) {
        if (!ended) {
            ended = true;
            over.countDown();
            tell(new News.Ended(why));
        }
    }

    /// Blocks while nobody receives, which is what slows a program down whose output nobody takes. The client
    /// interrupts this thread when it closes the stream; nothing may get lost by that.
    private void tell(News item) {
        boolean interrupted = false;
        boolean told = news.offer(item);
        while (!told) {
            try {
                told = news.offer(item, 1, TimeUnit.SECONDS);
            } catch (InterruptedException closing) {
                interrupted = true;
            }
            if (!told && closed) {
                news.clear();
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    void closeConnection() {
        closed = true;
        input.end();
        DirectLine direct = line;
        if (direct != null) {
            direct.close();
        }
        try {
            close();
        } catch (IOException failed) {
            end(DockerConnection.reason(failed));
        }
    }
}
