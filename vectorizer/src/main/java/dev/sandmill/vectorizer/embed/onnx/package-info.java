/// all-MiniLM-L6-v2 in this process, on ONNX Runtime: word pieces, workers, pooling.
@NullMarked
package dev.sandmill.vectorizer.embed.onnx;

import org.jspecify.annotations.NullMarked;
