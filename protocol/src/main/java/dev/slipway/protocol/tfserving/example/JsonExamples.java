package dev.slipway.protocol.tfserving.example;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.LookAhead;
import dev.slipway.protocol.json.TensorBuffer;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of {@code :classify} and {@code :regress}: {@code examples}, each an object of features, perhaps a
 * {@code context} that holds for each of them, and a {@code signature_name}.
 *
 * @see <a href="https://www.tensorflow.org/tfx/serving/api_rest#classify_and_regress_api">TensorFlow Serving: Classify and
 *     Regress API</a>
 */
public final class JsonExamples {
    private static final byte[] SIGNATURE_NAME = "signature_name".getBytes(US_ASCII);
    private static final byte[] CONTEXT = "context".getBytes(US_ASCII);
    private static final byte[] EXAMPLES = "examples".getBytes(US_ASCII);

    private final JsonReader in;
    private final long bytesMax;
    private String signatureName = "";
    private JsonReader.@Nullable Mark context;
    private JsonReader.@Nullable Mark examples;

    private JsonExamples(JsonReader in, long bytesMax) {
        this.in = in;
        this.bytesMax = bytesMax;
    }

    /**
     * @param body UTF-8 from position to limit, neither of which moves
     * @param signatures finds a signature by name, the default one by an empty name; throws for one that is not there
     * @param bytesMax that the tensors may take together
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the body is no JSON, or does not fit the signature, naming the
     *     feature; {@code RESOURCE_EXHAUSTED} when it asks for more memory than it may; and what {@code signatures} throws
     */
    public static ExampleRequest read(ByteBuffer body, Function<String, Signature> signatures, long bytesMax) {
        JsonExamples found = new JsonExamples(new JsonReader(body), bytesMax);
        found.find();
        Signature signature = signatures.apply(found.signatureName);
        return found.isSerialized(signature) ? found.serialized(signature) : found.columns(signature);
    }

    private void find() {
        in.beginObject();
        while (in.nextName()) {
            if (in.nameIs(SIGNATURE_NAME)) {
                signatureName = in.string();
                continue;
            }
            if (in.nameIs(CONTEXT)) {
                context = once(context, "context");
            } else if (in.nameIs(EXAMPLES)) {
                examples = once(examples, "examples");
            }
            in.skipValue();
        }
        in.endDocument();
        if (examples == null) {
            throw invalid("body has no 'examples' (expected: an array of objects)");
        }
    }

    private JsonReader.Mark once(JsonReader.@Nullable Mark before, String key) {
        if (before != null) {
            throw invalid("body has '%s' twice (expected: once)".formatted(key));
        }
        return in.mark();
    }

    private void beginExamples() {
        JsonReader.Mark start = examples;
        if (start != null) {
            in.reset(start);
        }
        if (in.peek() != '[') {
            throw invalid("'examples' is %s (expected: an array of objects)".formatted(LookAhead.found(in)));
        }
        in.beginArray();
    }

    private void requireObject(String what) {
        if (in.peek() != '{') {
            throw invalid("%s is %s (expected: an object of features)".formatted(what, LookAhead.found(in)));
        }
    }

    private boolean isSerialized(Signature signature) {
        if (!ExampleColumns.mayBeSerialized(signature)) {
            return false;
        }
        ExampleColumns columns = new ExampleColumns(signature, bytesMax);
        boolean isFeature = false;
        if (context != null) {
            in.reset(context);
            requireObject("'context'");
            isFeature = marks(columns)[0] != null;
        }
        beginExamples();
        if (in.nextElement()) {
            requireObject("example 0");
            isFeature |= marks(columns)[0] != null;
        }
        return !isFeature;
    }

    private ExampleRequest columns(Signature signature) {
        ExampleColumns columns = new ExampleColumns(signature, bytesMax);
        JsonReader.@Nullable Mark[] shared = new JsonReader.Mark[columns.size()];
        if (context != null) {
            in.reset(context);
            requireObject("'context'");
            shared = marks(columns);
        }
        beginExamples();
        int count = 0;
        while (in.nextElement()) {
            requireObject("example " + count++);
            JsonReader.@Nullable Mark[] own = marks(columns);
            JsonReader.Mark end = in.mark();
            columns.begin();
            for (int place = 0; place < columns.size(); place++) {
                JsonReader.Mark feature = own[place] != null ? own[place] : shared[place];
                if (feature != null) {
                    in.reset(feature);
                    columns.column(place).json(in);
                }
            }
            columns.end();
            in.reset(end);
        }
        requireExamples(count);
        return columns.request();
    }

    /** Where the features are that a signature takes. */
    private JsonReader.@Nullable Mark[] marks(ExampleColumns columns) {
        JsonReader.@Nullable Mark[] marks = new JsonReader.Mark[columns.size()];
        in.beginObject();
        while (in.nextName()) {
            int place = columns.place(in.name());
            if (place >= 0) {
                marks[place] = in.mark();
            }
            in.skipValue();
        }
        return marks;
    }

    private ExampleRequest serialized(Signature signature) {
        byte[] shared = {};
        if (context != null) {
            in.reset(context);
            requireObject("'context'");
            shared = SerializedExample.read(in, "context");
        }
        TensorBuffer texts = new TensorBuffer(64);
        beginExamples();
        int count = 0;
        while (in.nextElement()) {
            requireObject("example " + count);
            byte[] example = SerializedExample.read(in, "example " + count);
            count++;
            ExampleColumns.requireRoom((long) texts.size() + shared.length + example.length, bytesMax);
            texts.putInt(shared.length + example.length);
            texts.putBytes(shared, 0, shared.length);
            texts.putBytes(example, 0, example.length);
        }
        requireExamples(count);
        return ExampleColumns.serialized(signature, texts, count);
    }

    private static void requireExamples(int count) {
        if (count == 0) {
            throw invalid("'examples' is empty (expected: at least one object)");
        }
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
