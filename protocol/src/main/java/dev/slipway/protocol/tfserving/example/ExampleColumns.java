package dev.slipway.protocol.tfserving.example;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.json.TensorBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The inputs of a signature, made of examples: from the features of their names, or of the examples themselves. */
final class ExampleColumns {
    private final Signature signature;
    private final FeatureColumn[] columns;
    private final Map<String, Integer> places = new HashMap<>();
    private final long bytesMax;
    private int examples;

    /** @param bytesMax what the tensors may take together */
    ExampleColumns(Signature signature, long bytesMax) {
        this.signature = signature;
        this.bytesMax = bytesMax;
        columns = new FeatureColumn[signature.inputs().size()];
        for (int place = 0; place < columns.length; place++) {
            TensorSpec spec = signature.inputs().get(place);
            columns[place] = new FeatureColumn(spec);
            places.put(spec.name(), place);
        }
    }

    /**
     * Whether a signature's only input may take examples as they are, serialized, since that is what a SavedModel with
     * parse-Example takes: texts, one a row. It does unless the examples have a feature of its name.
     */
    static boolean mayBeSerialized(Signature signature) {
        if (signature.inputs().size() != 1) {
            return false;
        }
        TensorSpec only = signature.inputs().get(0);
        Shape shape = only.shape();
        return only.dtype() == DType.STRING && (shape.isAnyRank() || shape.rank() == 1);
    }

    int size() {
        return columns.length;
    }

    FeatureColumn column(int place) {
        return columns[place];
    }

    /** The place of a feature's input; -1 when there is none. */
    int place(String feature) {
        return places.getOrDefault(feature, -1);
    }

    /** Begins an example. */
    void begin() {
        for (FeatureColumn column : columns) {
            column.begin(examples);
        }
    }

    /** Ends an example. */
    void end() {
        examples++;
        long bytes = 0;
        for (FeatureColumn column : columns) {
            column.end();
            bytes += column.bytes();
        }
        requireRoom(bytes, bytesMax);
    }

    /** @throws SlipwayException {@code RESOURCE_EXHAUSTED} when there are more bytes than may be */
    static void requireRoom(long bytes, long bytesMax) {
        if (bytes > bytesMax) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED,
                    "the examples take over %d bytes, with their context (expected: at most that)".formatted(bytesMax));
        }
    }

    ExampleRequest request() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (FeatureColumn column : columns) {
            boolean isOptional = signature.input(column.name()).orElseThrow().optional();
            if (column.isGiven() || !isOptional) {
                tensors.put(column.name(), column.tensor(examples));
            }
        }
        return new ExampleRequest(signature, tensors, examples);
    }

    /** The request of examples that are passed on serialized. */
    static ExampleRequest serialized(Signature signature, TensorBuffer texts, int examples) {
        Tensor tensor = new Tensor(DType.STRING, Shape.of(examples), texts.toByteBuffer());
        return new ExampleRequest(signature, Map.of(signature.inputs().get(0).name(), tensor), examples);
    }
}
