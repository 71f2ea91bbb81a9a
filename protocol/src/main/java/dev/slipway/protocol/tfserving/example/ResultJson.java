package dev.slipway.protocol.tfserving.example;

import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.protocol.json.Utf8;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes the answers of {@code :classify} and {@code :regress}.
 *
 * @see <a href="https://www.tensorflow.org/tfx/serving/api_rest#classify_and_regress_api">TensorFlow Serving: Classify and
 *     Regress API</a>
 */
public final class ResultJson {
    private ResultJson() {}

    /** {@code {"results": [[["label", 0.5], ...], ...]}} of classes, {@code {"results": [0.5, ...]}} of values. */
    public static ByteBuffer write(ExampleResult result) {
        JsonWriter out = new JsonWriter(1024);
        out.beginObject().name("results").beginArray();
        if (result instanceof Regressions values) {
            values.each(value -> out.number((float) value));
        } else if (result instanceof ClassScores classes) {
            writeClasses(classes, out);
        }
        return out.endArray().endObject().toByteBuffer();
    }

    private static void writeClasses(ClassScores classes, JsonWriter out) {
        boolean[] isOpen = new boolean[1];
        classes.each(new ClassScores.Visitor() {
            @Override
            public void example(int count) {
                if (isOpen[0]) {
                    out.endArray();
                }
                isOpen[0] = true;
                out.beginArray();
            }

            @Override
            public void scored(byte[] label, int length, float score) {
                out.beginArray();
                if (Utf8.isText(label, 0, length)) {
                    out.string(label, 0, length);
                } else {
                    out.string(new String(label, 0, length, StandardCharsets.UTF_8));
                }
                out.number(score).endArray();
            }
        });
        if (isOpen[0]) {
            out.endArray();
        }
    }
}
