package dev.slipway.protocol.tfserving.example;

import dev.slipway.api.Tensor;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Classes and their scores, for each example. */
public final class ClassScores implements ExampleResult {
    private final int examples;
    /** One MAP an example; null where there is a table. */
    private final @Nullable Tensor maps;

    private final @Nullable Tensor labels;
    private final @Nullable Tensor scores;
    /** Labels of the table's columns, where {@link #labels} is null. */
    private final byte[][] columns;

    private final int classes;

    private ClassScores(
            int examples, @Nullable Tensor maps, @Nullable Tensor labels, @Nullable Tensor scores, byte[][] columns) {
        this.examples = examples;
        this.maps = maps;
        this.labels = labels;
        this.scores = scores;
        this.columns = columns;
        Tensor table = labels != null ? labels : scores;
        this.classes = table == null ? 0 : (int) table.shape().dim(1);
    }

    static ClassScores ofMaps(Tensor maps, int examples) {
        return new ClassScores(examples, maps, null, null, new byte[0][]);
    }

    /**
     * @param labels {@code [examples, classes]}; null when {@code columns} has them
     * @param scores {@code [examples, classes]}; null when there are none
     */
    static ClassScores ofTable(@Nullable Tensor labels, @Nullable Tensor scores, byte[][] columns, int examples) {
        return new ClassScores(examples, null, labels, scores, columns);
    }

    /** Is told of the classes of one example after the other. */
    public interface Visitor {
        /** An example begins. */
        void example(int classes);

        /** @param label UTF-8, or whatever bytes the model answered; from its start, {@code length} bytes */
        void scored(byte[] label, int length, float score);
    }

    /** How many examples there are. */
    public int count() {
        return examples;
    }

    /** Tells of all classes; may be called again. */
    public void each(Visitor visitor) {
        if (maps != null) {
            eachOfMaps(maps.data(), visitor);
            return;
        }
        Texts texts = labels == null ? null : new Texts(labels.data());
        FloatValues values = scores == null ? null : new FloatValues(scores);
        for (int example = 0; example < examples; example++) {
            visitor.example(classes);
            for (int place = 0; place < classes; place++) {
                int length = texts == null ? columns[place].length : texts.next();
                visitor.scored(
                        texts == null ? columns[place] : texts.bytes, length, values == null ? 0 : values.next());
            }
        }
    }

    private void eachOfMaps(ByteBuffer data, Visitor visitor) {
        Texts texts = new Texts(data);
        for (int example = 0; example < examples; example++) {
            int entries = data.getInt();
            visitor.example(entries);
            for (int entry = 0; entry < entries; entry++) {
                int length = texts.next();
                visitor.scored(texts.bytes, length, data.getFloat());
            }
        }
    }

    /** Reads one text after the other into the same array. */
    private static final class Texts {
        private final ByteBuffer data;
        private byte[] bytes = new byte[64];

        Texts(ByteBuffer data) {
            this.data = data;
        }

        /** The length of the next text, which {@link #bytes} then begins with. */
        int next() {
            int length = data.getInt();
            if (length > bytes.length) {
                bytes = new byte[Math.max(length, 2 * bytes.length)];
            }
            data.get(bytes, 0, length);
            return length;
        }
    }
}
