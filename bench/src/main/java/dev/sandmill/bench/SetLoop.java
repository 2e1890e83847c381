package dev.sandmill.bench;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/// The least that a queue can do: one `SET` of a job's bytes for each job, on one connection, without any
/// client library. Where Redis confirms nothing before it is on the disk, that is the disk's time.
record SetLoop(int port) {
    private static final byte[] COMMAND = command();
    private static final byte[] OK = "+OK\r\n".getBytes(StandardCharsets.US_ASCII);

    private static byte[] command() {
        String value = "x".repeat(QueueContestant.PAYLOAD_BYTES);
        return ("*3\r\n$3\r\nSET\r\n$5\r\nfloor\r\n$" + value.length() + "\r\n" + value + "\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    /// How long after it was due each one was confirmed.
    Latencies paced(int times, int perSecond) throws IOException {
        long[] waited = new long[times];
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            long start = System.nanoTime();
            for (int number = 0; number < times; number++) {
                long due = start + number * 1_000_000_000L / perSecond;
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                out.write(COMMAND);
                byte[] answer = in.readNBytes(OK.length);
                waited[number] = System.nanoTime() - due;
                if (!Arrays.equals(answer, OK)) {
                    throw new IOException("Redis answered a SET with " + new String(answer, StandardCharsets.US_ASCII));
                }
            }
        }
        return new Latencies(waited);
    }
}
