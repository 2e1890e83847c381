package dev.sandmill.vectorizer.embed.table;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/// For each word piece a row of numbers; a text's vector is the mean of all texts plus the weighted sum of its pieces'
/// rows, at length 1. Rows are one signed byte per number with a scale each; a piece that was never met has none.
/// Immutable, thread-safe.
///
/// As bytes, big endian: magic (4), version (4), dimension (4), ids (4), rows (4), rarity of every id (4 each), mean
/// (4 each), then for each row its id (4), scale (4) and numbers (1 each); last, CRC-32C of all before (4).
final class TokenTable {
    private static final int MAGIC = 0x534D5454;
    private static final int VERSION = 1;
    private static final int MAX_IDS = 1 << 20;
    private static final int MAX_DIMENSION = 4_096;
    private static final int NO_ROW = -1;
    private static final String SHIPPED = "minilm-table.bin";

    private final float[] rarity;
    private final float[] mean;
    private final int[] rowOf;
    private final float[] scales;
    private final byte[] numbers;

    private TokenTable(float[] rarity, float[] mean, int[] rowOf, float[] scales, byte[] numbers) {
        this.rarity = rarity;
        this.mean = mean;
        this.rowOf = rowOf;
        this.scales = scales;
        this.numbers = numbers;
    }

    /// @param rows by id; zeros where there is none
    static TokenTable of(float[] rarity, float[] mean, float[][] rows) {
        int dimension = mean.length;
        int[] rowOf = new int[rarity.length];
        int count = 0;
        for (int id = 0; id < rarity.length; id++) {
            rowOf[id] = isEmpty(rows[id]) ? NO_ROW : count++;
        }
        float[] scales = new float[count];
        byte[] numbers = new byte[Math.multiplyExact(count, dimension)];
        for (int id = 0; id < rarity.length; id++) {
            if (rowOf[id] != NO_ROW) {
                scales[rowOf[id]] = quantise(rows[id], numbers, rowOf[id] * dimension);
            }
        }
        return new TokenTable(rarity.clone(), mean.clone(), rowOf, scales, numbers);
    }

    private static boolean isEmpty(float[] row) {
        for (float value : row) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }

    private static float quantise(float[] row, byte[] numbers, int from) {
        float largest = 0;
        for (float value : row) {
            largest = Math.max(largest, Math.abs(value));
        }
        float scale = largest / Byte.MAX_VALUE;
        for (int at = 0; at < row.length; at++) {
            numbers[from + at] = (byte) Math.clamp(Math.round(row[at] / scale), -127, 127);
        }
        return scale;
    }

    /// The table that comes with this version.
    static byte[] shipped() {
        try (InputStream stream = TokenTable.class.getResourceAsStream(SHIPPED)) {
            if (stream == null) {
                throw new IllegalStateException("the table " + SHIPPED + " is not on the class path");
            }
            return stream.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException("cannot read the table " + SHIPPED, broken);
        }
    }

    /// @throws IllegalArgumentException for bytes that are no table, or a damaged one
    static TokenTable read(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        try {
            if (in.getInt() != MAGIC || in.getInt() != VERSION) {
                throw new IllegalArgumentException("the token table is of another kind or version");
            }
            if (bytes.length < Integer.BYTES || in.getInt(bytes.length - Integer.BYTES) != checksum(bytes)) {
                throw new IllegalArgumentException("the token table is damaged: its checksum is wrong");
            }
            int dimension = bounded(in.getInt(), MAX_DIMENSION, "dimension");
            int ids = bounded(in.getInt(), MAX_IDS, "ids");
            int rows = bounded(in.getInt(), ids, "rows");
            float[] rarity = floats(in, ids);
            float[] mean = floats(in, dimension);
            int[] rowOf = new int[ids];
            Arrays.fill(rowOf, NO_ROW);
            float[] scales = new float[rows];
            byte[] numbers = new byte[Math.multiplyExact(rows, dimension)];
            for (int row = 0; row < rows; row++) {
                rowOf[bounded(in.getInt(), ids - 1, "id")] = row;
                scales[row] = in.getFloat();
                in.get(numbers, row * dimension, dimension);
            }
            return new TokenTable(rarity, mean, rowOf, scales, numbers);
        } catch (BufferUnderflowException cut) {
            throw new IllegalArgumentException("the token table is cut off", cut);
        }
    }

    private static int bounded(int value, int most, String what) {
        if (value < 0 || value > most) {
            throw new IllegalArgumentException("the token table has " + what + " " + value + ", at most " + most);
        }
        return value;
    }

    private static float[] floats(ByteBuffer in, int count) {
        float[] values = new float[count];
        for (int at = 0; at < count; at++) {
            values[at] = in.getFloat();
        }
        return values;
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(mean.length);
            out.writeInt(rarity.length);
            out.writeInt(scales.length);
            for (float value : rarity) {
                out.writeFloat(value);
            }
            for (float value : mean) {
                out.writeFloat(value);
            }
            for (int id = 0; id < rowOf.length; id++) {
                if (rowOf[id] != NO_ROW) {
                    out.writeInt(id);
                    out.writeFloat(scales[rowOf[id]]);
                    out.write(numbers, rowOf[id] * mean.length, mean.length);
                }
            }
            out.writeInt(0);
        } catch (IOException impossible) {
            throw new UncheckedIOException("cannot write to memory", impossible);
        }
        byte[] written = bytes.toByteArray();
        ByteBuffer.wrap(written).putInt(written.length - Integer.BYTES, checksum(written));
        return written;
    }

    private static int checksum(byte[] bytes) {
        CRC32C checksum = new CRC32C();
        checksum.update(bytes, 0, bytes.length - Integer.BYTES);
        return (int) checksum.getValue();
    }

    int dimension() {
        return mean.length;
    }

    int ids() {
        return rowOf.length;
    }

    boolean hasRow(int id) {
        return rowOf[id] != NO_ROW;
    }

    /// A copy.
    float[] row(int id) {
        float[] row = new float[mean.length];
        for (int at = 0; at < row.length; at++) {
            row[at] = scales[rowOf[id]] * numbers[rowOf[id] * row.length + at];
        }
        return row;
    }

    TokenBag bag(int[] tokens) {
        return TokenBag.of(tokens, rarity);
    }

    float[] withoutMean(float[] vector) {
        float[] centred = vector.clone();
        for (int at = 0; at < centred.length; at++) {
            centred[at] -= mean[at];
        }
        return centred;
    }

    /// This table with other rows for these ids, which have to have one already.
    TokenTable with(List<Integer> ids, float[][] rows) {
        float[] changedScales = scales.clone();
        byte[] changed = numbers.clone();
        for (int at = 0; at < rows.length; at++) {
            int row = rowOf[ids.get(at)];
            changedScales[row] = quantise(rows[at], changed, row * mean.length);
        }
        return new TokenTable(rarity, mean, rowOf, changedScales, changed);
    }

    /// Of length 1, however odd the tokens are.
    float[] vectorOf(int[] tokens) {
        TokenBag bag = bag(tokens);
        float[] sum = mean.clone();
        for (int at = 0; at < bag.ids().length; at++) {
            int row = rowOf[bag.ids()[at]];
            if (row != NO_ROW) {
                float scale = bag.weights()[at] * scales[row];
                int from = row * mean.length;
                for (int column = 0; column < sum.length; column++) {
                    sum[column] += scale * numbers[from + column];
                }
            }
        }
        return unit(sum);
    }

    static float[] unit(float[] vector) {
        double squares = 0;
        for (float value : vector) {
            squares += (double) value * value;
        }
        if (squares < 1e-12) {
            vector[0] = 1;
            return vector;
        }
        double scale = 1 / Math.sqrt(squares);
        for (int at = 0; at < vector.length; at++) {
            vector[at] = (float) (vector[at] * scale);
        }
        return vector;
    }
}
