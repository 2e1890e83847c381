package dev.sandmill.vectorizer.embed.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.Map;

/// One worker's place at the model: buffers outside the heap, made once, and a run of one text through them. One text
/// at a time and no padding is as fast as any batch on a processor. For one thread only.
final class Inference {
    private static final String IDS = "input_ids";
    private static final String MASK = "attention_mask";
    private static final String TYPES = "token_type_ids";
    private static final String OUTPUT = "last_hidden_state";

    /// ONNX Runtime's own layer normalisation is a scalar loop on x86: a fifth of a run. Left as the model has it, in
    /// plain vectorised steps, it is a third of that.
    private static final String SLOWER_WHEN_FUSED = "LayerNormFusionL1;LayerNormFusionL2;SimplifiedLayerNormFusion";

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final LongBuffer ids = longs();
    private final LongBuffer mask = longs();
    private final LongBuffer types = longs();
    private final FloatBuffer hidden = ByteBuffer.allocateDirect(MiniLm.MAX_TOKENS * MiniLm.DIMENSION * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();

    Inference(OrtEnvironment environment, OrtSession session) {
        this.environment = environment;
        this.session = session;
        for (int at = 0; at < MiniLm.MAX_TOKENS; at++) {
            mask.put(at, 1);
            types.put(at, 0);
        }
    }

    /// A session for workers that bring a thread each, and texts of every length.
    static OrtSession session(OrtEnvironment environment, byte[] weights) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            // A pattern is kept for each shape that was ever seen: memory for nothing, lengths hardly repeat.
            options.setMemoryPatternOptimization(false);
            options.addConfigEntry("session.intra_op.allow_spinning", "0");
            options.addConfigEntry("optimization.disable_specified_optimizers", SLOWER_WHEN_FUSED);
            return environment.createSession(weights, options);
        }
    }

    private static LongBuffer longs() {
        return ByteBuffer.allocateDirect(MiniLm.MAX_TOKENS * Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .asLongBuffer();
    }

    /// The unit vector of the mean over all tokens.
    float[] vectorOf(long[] tokens) throws OrtException {
        int length = tokens.length;
        ids.put(0, tokens);
        long[] shape = {1, length};
        try (OnnxTensor idTensor = OnnxTensor.createTensor(environment, ids.slice(0, length), shape);
                OnnxTensor maskTensor = OnnxTensor.createTensor(environment, mask.slice(0, length), shape);
                OnnxTensor typeTensor = OnnxTensor.createTensor(environment, types.slice(0, length), shape);
                OnnxTensor output = OnnxTensor.createTensor(
                        environment, hidden.slice(0, length * MiniLm.DIMENSION), new long[] {1, length, MiniLm.DIMENSION
                        })) {
            Map<String, OnnxTensor> inputs = Map.of(IDS, idTensor, MASK, maskTensor, TYPES, typeTensor);
            session.run(inputs, Map.of(OUTPUT, output)).close();
            return Pooling.meanOfUnitLength(hidden, length, MiniLm.DIMENSION);
        }
    }
}
