package dev.slipway.protocol.tfserving.example;

import com.google.protobuf.ByteString;
import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.ElementReader;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.LookAhead;
import dev.slipway.protocol.json.TensorBuffer;
import dev.slipway.protocol.proto.tensorflow.Example;
import dev.slipway.protocol.proto.tensorflow.Feature;
import dev.slipway.protocol.proto.tensorflow.Features;
import dev.slipway.protocol.wire.WireReader;
import java.nio.ByteBuffer;

/** Makes a tf.Example of a JSON object, for models that parse it themselves. */
final class SerializedExample {
    private final JsonReader in;
    private final String where;
    private String name = "";
    private Feature.Builder feature = Feature.newBuilder();

    private SerializedExample(JsonReader in, String where) {
        this.in = in;
        this.where = where;
    }

    /**
     * Reads the object that comes next. Whole numbers, true and false become int64, other numbers float, texts bytes; as in
     * TensorFlow Serving all values of a feature are of one kind.
     *
     * @param where for messages: {@code example 3}
     */
    static byte[] read(JsonReader in, String where) {
        return new SerializedExample(in, where).read();
    }

    private byte[] read() {
        Features.Builder features = Features.newBuilder();
        in.beginObject();
        while (in.nextName()) {
            if (features.getFeatureCount() >= WireReader.ENTRIES_MAX) {
                throw new SlipwayException(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "%s has over %d features (expected: at most that)".formatted(where, WireReader.ENTRIES_MAX));
            }
            name = in.name();
            feature = Feature.newBuilder();
            if (in.peek() == '[') {
                in.beginArray();
                while (in.nextElement()) {
                    add();
                }
            } else {
                add();
            }
            features.putFeature(name, feature.build());
        }
        return Example.newBuilder().setFeatures(features).build().toByteArray();
    }

    private void add() {
        byte next = in.peek();
        switch (next) {
            case 't', 'f' -> {
                require(Feature.KindCase.INT64_LIST);
                feature.getInt64ListBuilder().addValue(in.bool() ? 1 : 0);
            }
            case '"' -> addBytes();
            case '{' -> {
                if (!LookAhead.isBase64Object(in)) {
                    throw refused("an object", "a number, a text, true, false or {\"b64\": \"...\"}");
                }
                addBytes();
            }
            case '[', 'n' -> throw refused(LookAhead.found(in), "a number, a text, true, false or {\"b64\": \"...\"}");
            default -> addNumber();
        }
    }

    private void addBytes() {
        require(Feature.KindCase.BYTES_LIST);
        feature.getBytesListBuilder().addValue(ByteString.copyFrom(element(DType.STRING, 4)));
    }

    private void addNumber() {
        String text = LookAhead.number(in);
        if (text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'))) {
            require(Feature.KindCase.INT64_LIST);
            feature.getInt64ListBuilder().addValue(element(DType.INT64, 0).getLong());
        } else {
            require(Feature.KindCase.FLOAT_LIST);
            feature.getFloatListBuilder().addValue(element(DType.FP32, 0).getFloat());
        }
    }

    /** The next value as an element of a dtype, behind its first {@code skipped} bytes. */
    private ByteBuffer element(DType dtype, int skipped) {
        TensorBuffer out = new TensorBuffer(16);
        new ElementReader("%s, feature '%s'".formatted(where, name), dtype, out).read(in);
        return out.toByteBuffer().position(skipped);
    }

    private void require(Feature.KindCase kind) {
        Feature.KindCase before = feature.getKindCase();
        if (before != Feature.KindCase.KIND_NOT_SET && before != kind) {
            throw refused(kind.name(), before.name() + ", as before");
        }
    }

    private SlipwayException refused(String found, String expected) {
        return new SlipwayException(
                ErrorCode.INVALID_ARGUMENT,
                "%s: feature '%s' has %s (expected: %s)".formatted(where, name, found, expected));
    }
}
