package dev.sandmill.vectorizer.embed.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Ridge regression from bags of word pieces to vectors: finds the rows E that make `X E` close to `Y`, in squares,
/// and stay close to rows given before, `|X E - Y|² + lambda |E - E0|²`. By conjugate gradients on all columns at once
/// (Hestenes and Stiefel, 1952); some columns at a time: memory is one table
/// of rows by columns, and for each thread six of rows by [#COLUMNS_AT_ONCE], floats.
final class RidgeFit {
    private static final int COLUMNS_AT_ONCE = 64;

    private final List<TokenBag> bags;
    private final int rows;
    private final int columns;
    private final float lambda;
    private final int threads;

    RidgeFit(List<TokenBag> bags, int rows, int columns, float lambda, int threads) {
        this.bags = bags;
        this.rows = rows;
        this.columns = columns;
        this.lambda = lambda;
        this.threads = threads;
    }

    /// @param targets a vector for each bag
    /// @param before rows that the answer stays close to; not changed
    float[][] fit(float[][] targets, float[][] before, int steps) throws InterruptedException {
        try (ExecutorService workers = Executors.newFixedThreadPool(threads)) {
            int slices = Math.ceilDiv(columns, COLUMNS_AT_ONCE);
            List<Callable<float[][]>> tasks = new ArrayList<>();
            for (int slice = 0; slice < slices; slice++) {
                int from = columns * slice / slices;
                int to = columns * (slice + 1) / slices;
                tasks.add(() -> fitColumns(targets, before, steps, from, to));
            }
            float[][] fitted = new float[rows][columns];
            List<Future<float[][]>> parts = workers.invokeAll(tasks);
            for (int slice = 0; slice < slices; slice++) {
                int from = columns * slice / slices;
                float[][] part = parts.get(slice).resultNow();
                for (int row = 0; row < rows; row++) {
                    System.arraycopy(part[row], 0, fitted[row], from, part[row].length);
                }
            }
            return fitted;
        }
    }

    /// Columns do not know of each other, so that each slice of them is a fit of its own.
    private float[][] fitColumns(float[][] targets, float[][] before, int steps, int from, int to) {
        int width = to - from;
        float[][] answer = new float[rows][];
        for (int row = 0; row < rows; row++) {
            answer[row] = Arrays.copyOfRange(before[row], from, to);
        }
        float[][] errors = new float[bags.size()][];
        for (int at = 0; at < errors.length; at++) {
            float[] predicted = product(bags.get(at), answer, width);
            for (int column = 0; column < width; column++) {
                predicted[column] = targets[at][from + column] - predicted[column];
            }
            errors[at] = predicted;
        }
        float[][] residual = new float[rows][width];
        transposed(errors, residual);
        float[][] direction = new float[rows][];
        for (int row = 0; row < rows; row++) {
            direction[row] = residual[row].clone();
        }
        double[] squares = dots(residual, residual, width);
        float[][] image = new float[rows][width];
        for (int step = 0; step < steps; step++) {
            float[][] through = new float[bags.size()][];
            for (int at = 0; at < through.length; at++) {
                through[at] = product(bags.get(at), direction, width);
            }
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < width; column++) {
                    image[row][column] = lambda * direction[row][column];
                }
            }
            transposed(through, image);
            double[] curvature = dots(direction, image, width);
            double[] previous = squares;
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < width; column++) {
                    float alpha = (float) (previous[column] / (curvature[column] + 1e-30));
                    answer[row][column] += alpha * direction[row][column];
                    residual[row][column] -= alpha * image[row][column];
                }
            }
            squares = dots(residual, residual, width);
            for (int row = 0; row < rows; row++) {
                for (int column = 0; column < width; column++) {
                    float beta = (float) (squares[column] / (previous[column] + 1e-30));
                    direction[row][column] = residual[row][column] + beta * direction[row][column];
                }
            }
        }
        return answer;
    }

    private static float[] product(TokenBag bag, float[][] table, int width) {
        float[] sum = new float[width];
        for (int at = 0; at < bag.ids().length; at++) {
            float[] row = table[bag.ids()[at]];
            float weight = bag.weights()[at];
            for (int column = 0; column < width; column++) {
                sum[column] += weight * row[column];
            }
        }
        return sum;
    }

    private void transposed(float[][] ofBags, float[][] sum) {
        for (int at = 0; at < ofBags.length; at++) {
            TokenBag bag = bags.get(at);
            for (int entry = 0; entry < bag.ids().length; entry++) {
                float[] row = sum[bag.ids()[entry]];
                float weight = bag.weights()[entry];
                for (int column = 0; column < row.length; column++) {
                    row[column] += weight * ofBags[at][column];
                }
            }
        }
    }

    private static double[] dots(float[][] one, float[][] other, int width) {
        double[] dots = new double[width];
        for (int row = 0; row < one.length; row++) {
            for (int column = 0; column < width; column++) {
                dots[column] += (double) one[row][column] * other[row][column];
            }
        }
        return dots;
    }
}
