package dev.slipway.protocol.tfserving.grpc;

import dev.slipway.protocol.tfserving.example.ClassScores;
import dev.slipway.protocol.tfserving.example.ExampleResult;
import dev.slipway.protocol.tfserving.example.Regressions;
import dev.slipway.protocol.wire.WireWriter;

/** A ClassificationResult or RegressionResult, measured. */
final class ResultField {
    /** {@code classifications} and {@code regressions}; then {@code classes}; then {@code label} and {@code value}. */
    private static final int ITEMS = 1;

    private static final int LABEL = 1;
    private static final int VALUE = 1;
    private static final int SCORE = 2;

    private final ExampleResult result;
    /** Bytes of the classes of each example. */
    private final long[] classSizes;

    private final long size;

    ResultField(ExampleResult result) {
        this.result = result;
        if (result instanceof ClassScores classes) {
            classSizes = measure(classes);
            long sum = 0;
            for (long one : classSizes) {
                sum += WireWriter.fieldSize(ITEMS, one);
            }
            size = sum;
        } else {
            classSizes = new long[0];
            long[] sum = {0};
            ((Regressions) result)
                    .each(value ->
                            sum[0] += WireWriter.fieldSize(ITEMS, WireWriter.floatFieldSize(VALUE, (float) value)));
            size = sum[0];
        }
    }

    private static long[] measure(ClassScores classes) {
        long[] sizes = new long[classes.count()];
        classes.each(new ClassScores.Visitor() {
            private int example = -1;

            @Override
            public void example(int count) {
                example++;
            }

            @Override
            public void scored(byte[] label, int length, float score) {
                sizes[example] += WireWriter.fieldSize(ITEMS, classSize(length, score));
            }
        });
        return sizes;
    }

    private static long classSize(int length, float score) {
        return (length == 0 ? 0 : WireWriter.fieldSize(LABEL, length)) + WireWriter.floatFieldSize(SCORE, score);
    }

    /** Bytes of the whole field. */
    long size(int field) {
        return WireWriter.fieldSize(field, size);
    }

    void write(int field, WireWriter writer) {
        writer.header(field, size);
        if (result instanceof Regressions values) {
            values.each(value -> {
                writer.header(ITEMS, WireWriter.floatFieldSize(VALUE, (float) value));
                writer.floatField(VALUE, (float) value);
            });
            return;
        }
        ((ClassScores) result).each(new ClassScores.Visitor() {
            private int example;

            @Override
            public void example(int count) {
                writer.header(ITEMS, classSizes[example++]);
            }

            @Override
            public void scored(byte[] label, int length, float score) {
                writer.header(ITEMS, classSize(length, score));
                if (length > 0) {
                    writer.bytesField(LABEL, label, length);
                }
                writer.floatField(SCORE, score);
            }
        });
    }
}
