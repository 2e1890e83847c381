package dev.sandmill.orchestrator.git;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.eclipse.jgit.util.NB;

/// Counts what one fetch receives and refuses what is too much, before git makes room for it. For one thread at a time.
final class ReceivedBytes {
    private static final int HEADER_BYTES = 12;
    private static final int COUNT_AT = 8;

    private final FetchBounds bounds;
    private long all;
    private long ofPacks;

    ReceivedBytes(FetchBounds bounds) {
        this.bounds = bounds;
    }

    /// What a server sends, after it was decompressed. Git keeps in memory what is not of a pack; packs come in small
    /// packets with a few bytes around them, so there may be as much around as in them.
    InputStream of(InputStream server) {
        return new Counted(server) {
            @Override
            void count(byte[] bytes, int from, int count) throws IOException {
                all += count;
                if (all - 2 * ofPacks > bounds.maxTalkBytes()) {
                    throw new FetchBounds.Exceeded(
                            "the remote sends more than " + bounds.maxTalkBytes() + " bytes of refs and messages");
                }
            }
        };
    }

    /// A pack, whose header tells how many objects follow.
    InputStream ofPack(InputStream pack) {
        return new Counted(pack) {
            private final byte[] header = new byte[HEADER_BYTES];
            private int known;

            @Override
            void count(byte[] bytes, int from, int count) throws IOException {
                ofPacks += count;
                if (known < HEADER_BYTES) {
                    int more = Math.min(count, HEADER_BYTES - known);
                    System.arraycopy(bytes, from, header, known, more);
                    known += more;
                    if (known == HEADER_BYTES) {
                        requireFew(NB.decodeUInt32(header, COUNT_AT));
                    }
                }
            }
        };
    }

    private void requireFew(long objects) throws IOException {
        if (objects > bounds.maxObjects()) {
            throw new FetchBounds.Exceeded("the remote announces a pack of " + objects + " objects, more than the "
                    + bounds.maxObjects() + " that fit the memory of a fetch");
        }
    }

    private abstract static class Counted extends FilterInputStream {
        Counted(InputStream in) {
            super(in);
        }

        abstract void count(byte[] bytes, int from, int count) throws IOException;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int most) throws IOException {
            int count = super.read(bytes, from, most);
            if (count > 0) {
                count(bytes, from, count);
            }
            return count;
        }

        @Override
        public long skip(long most) throws IOException {
            byte[] skipped = new byte[(int) Math.min(Math.max(0, most), 8_192)];
            return Math.max(0, read(skipped, 0, skipped.length));
        }

        @Override
        public boolean markSupported() {
            return false;
        }
    }
}
