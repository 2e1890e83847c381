package dev.sandmill.vectorizer.embed.onnx;

import java.nio.FloatBuffer;

/// From a vector per token to one per text.
final class Pooling {
    private Pooling() {}

    /// The mean over `tokens` rows of `dimension` numbers, scaled to length 1.
    static float[] meanOfUnitLength(FloatBuffer hidden, int tokens, int dimension) {
        float[] sum = new float[dimension];
        float[] row = new float[dimension];
        for (int token = 0; token < tokens; token++) {
            hidden.get(token * dimension, row);
            for (int at = 0; at < dimension; at++) {
                sum[at] += row[at];
            }
        }
        double squares = 0;
        for (float value : sum) {
            squares += (double) value * value;
        }
        double scale = 1 / Math.max(Math.sqrt(squares), 1e-12);
        for (int at = 0; at < dimension; at++) {
            sum[at] = (float) (sum[at] * scale);
        }
        return sum;
    }
}
