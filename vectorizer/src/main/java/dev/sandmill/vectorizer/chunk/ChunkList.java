package dev.sandmill.vectorizer.chunk;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;

/// How a text was cut, without the text: places, names and fingerprints of its chunks, to be put together with the same
/// text again. As bytes: version (1), CRC-32C of the text (4), chunks (4), then of each its fingerprint (32), bytes
/// from and to (4 each), lines
/// from and to (4 each), kind (1), whether it has a symbol (1), symbol and header (2 and UTF-8 each); last, CRC-32C of
/// all before (4).
public final class ChunkList {
    private static final int VERSION = 1;
    private static final int FINGERPRINT_BYTES = 32;
    private static final int MAX_CHUNKS = 1 << 20;

    private ChunkList() {}

    /// @param chunks of the text with their fingerprints
    /// @return empty for what can not be told apart from its bytes: half a surrogate pair, an endless name
    public static Optional<byte[]> encode(String text, List<Map.Entry<String, Chunk>> chunks) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (!new String(utf8, StandardCharsets.UTF_8).equals(text)) {
            return Optional.empty();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128 * chunks.size() + 16);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeInt(checksum(utf8, utf8.length));
            out.writeInt(chunks.size());
            for (Map.Entry<String, Chunk> entry : chunks) {
                Chunk chunk = entry.getValue();
                out.write(HexFormat.of().parseHex(entry.getKey()));
                out.writeInt(chunk.startByte());
                out.writeInt(chunk.endByte());
                out.writeInt(chunk.startLine());
                out.writeInt(chunk.endLine());
                out.writeByte(chunk.kind().ordinal());
                String symbol = chunk.symbol();
                out.writeBoolean(symbol != null);
                out.writeUTF(symbol == null ? "" : symbol);
                out.writeUTF(chunk.header());
            }
            out.writeInt(0);
        } catch (IOException tooLong) {
            return Optional.empty();
        }
        byte[] encoded = bytes.toByteArray();
        ByteBuffer.wrap(encoded)
                .putInt(encoded.length - Integer.BYTES, checksum(encoded, encoded.length - Integer.BYTES));
        return Optional.of(encoded);
    }

    /// The chunks of `text`, cut as told; empty where the bytes are damaged, of another version or of another text.
    public static Optional<List<Map.Entry<String, Chunk>>> decode(byte[] bytes, String text) {
        if (bytes.length < 1 + 2 * Integer.BYTES
                || bytes[0] != VERSION
                || ByteBuffer.wrap(bytes).getInt(bytes.length - Integer.BYTES)
                        != checksum(bytes, bytes.length - Integer.BYTES)) {
            return Optional.empty();
        }
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            in.readByte();
            boolean sameText = in.readInt() == checksum(utf8, utf8.length);
            int count = in.readInt();
            if (!sameText || count < 0 || count > MAX_CHUNKS) {
                return Optional.empty();
            }
            List<Map.Entry<String, Chunk>> chunks = new ArrayList<>();
            for (int at = 0; at < count; at++) {
                String fingerprint = HexFormat.of().formatHex(in.readNBytes(FINGERPRINT_BYTES));
                Optional<Chunk> chunk = chunk(in, utf8);
                if (chunk.isEmpty()) {
                    return Optional.empty();
                }
                chunks.add(Map.entry(fingerprint, chunk.get()));
            }
            return Optional.of(chunks);
        } catch (IOException cutOff) {
            return Optional.empty();
        }
    }

    private static Optional<Chunk> chunk(DataInputStream in, byte[] utf8) throws IOException {
        int from = in.readInt();
        int to = in.readInt();
        int startLine = in.readInt();
        int endLine = in.readInt();
        int kind = in.readUnsignedByte();
        boolean hasSymbol = in.readBoolean();
        String symbol = in.readUTF();
        String header = in.readUTF();
        if (from < 0 || to < from || to > utf8.length || kind >= ChunkKind.values().length) {
            return Optional.empty();
        }
        return Optional.of(new Chunk(
                from,
                to,
                startLine,
                endLine,
                hasSymbol ? symbol : null,
                ChunkKind.values()[kind],
                header,
                new String(utf8, from, to - from, StandardCharsets.UTF_8)));
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, length);
        return (int) checksum.getValue();
    }
}
