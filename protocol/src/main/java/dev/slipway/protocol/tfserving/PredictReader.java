package dev.slipway.protocol.tfserving;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.InputCheck;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.LookAhead;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a predict request of TensorFlow Serving's REST interface, in row format ({@code instances}) or
 * columnar ({@code inputs}).
 *
 * @see <a href="https://www.tensorflow.org/tfx/serving/api_rest#predict_api">TensorFlow Serving: Predict API</a>
 */
public final class PredictReader {
    private static final byte[] SIGNATURE_NAME = "signature_name".getBytes(US_ASCII);
    private static final byte[] INSTANCES = "instances".getBytes(US_ASCII);
    private static final byte[] INPUTS = "inputs".getBytes(US_ASCII);

    private final JsonReader in;
    private final Function<String, Signature> signatures;
    private @Nullable String signatureName;
    private JsonReader.@Nullable Mark tensors;
    private boolean rowFormat;
    private @Nullable PredictRequest request;
    private @Nullable SlipwayException failure;

    private PredictReader(JsonReader in, Function<String, Signature> signatures) {
        this.in = in;
        this.signatures = signatures;
    }

    /**
     * @param body UTF-8 from position to limit, neither of which moves
     * @param signatures finds a signature by name, the default one by an empty name; throws for one that is not there
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the body is no JSON, or does not fit the signature; and
     *     what {@code signatures} throws
     */
    public static PredictRequest read(ByteBuffer body, Function<String, Signature> signatures) {
        return new PredictReader(new JsonReader(body), signatures).read();
    }

    private PredictRequest read() {
        in.beginObject();
        while (in.nextName()) {
            if (in.nameIs(INSTANCES)) {
                readTensors("instances", true);
            } else if (in.nameIs(INPUTS)) {
                readTensors("inputs", false);
            } else if (in.nameIs(SIGNATURE_NAME)) {
                signatureName = in.string();
            } else {
                in.skipValue();
            }
        }
        in.endDocument();
        if (tensors == null) {
            throw invalid("body has neither 'instances' nor 'inputs' (expected: exactly one of them)");
        }
        if (request != null
                && (signatureName == null
                        || signatureName.equals(request.signature().name()))) {
            return request;
        }
        if (failure != null && signatureName == null) {
            throw failure;
        }
        // The signature was named last, and is not the one that was taken for granted.
        in.reset(tensors);
        return readWith(signatureName == null ? "" : signatureName);
    }

    private void readTensors(String key, boolean rows) {
        if (tensors != null) {
            throw invalid(
                    rowFormat == rows
                            ? "body has '%s' twice (expected: once)".formatted(key)
                            : "body has both 'instances' and 'inputs' (expected: exactly one of them)");
        }
        rowFormat = rows;
        JsonReader.Mark start = in.mark();
        tensors = start;
        if (signatureName != null) {
            request = readWith(signatureName);
            return;
        }
        try {
            request = readWith("");
        } catch (SlipwayException e) {
            // Another signature may yet be named, and fit.
            failure = e;
            in.reset(start);
            in.skipValue();
        }
    }

    private PredictRequest readWith(String name) {
        Signature signature = signatures.apply(name);
        Columns columns = new Columns(signature);
        if (rowFormat) {
            readRows(columns, signature.inputs());
        } else if (isBare(signature.inputs())) {
            columns.readBare(in);
        } else if (in.peek() == '{') {
            columns.readObject(in);
        } else {
            throw invalid("'inputs' is %s (expected: an object of %s)"
                    .formatted(LookAhead.found(in), InputCheck.names(signature.inputs())));
        }
        return new PredictRequest(signature, rowFormat, columns.tensors());
    }

    private void readRows(Columns columns, List<TensorSpec> specs) {
        if (in.peek() != '[') {
            throw invalid("'instances' is %s (expected: an array of rows)".formatted(LookAhead.found(in)));
        }
        JsonReader.Mark start = in.mark();
        in.beginArray();
        if (!in.nextElement()) {
            throw invalid("'instances' is empty (expected: at least one row)");
        }
        if (isBare(specs)) {
            in.reset(start);
            columns.readBare(in);
            return;
        }
        long row = 0;
        do {
            if (in.peek() != '{') {
                throw invalid("row %d of 'instances' is %s (expected: an object of %s)"
                        .formatted(row, LookAhead.found(in), InputCheck.names(specs)));
            }
            columns.readRow(in, row);
            row++;
        } while (in.nextElement());
    }

    /**
     * Whether the value that comes next is an input's own, without its name: that of the only one, or of the first where
     * that is a matrix and all may be left out: a table, whose columns have names, too.
     */
    private boolean isBare(List<TensorSpec> specs) {
        return (specs.size() == 1 || isMatrixOrColumns(specs))
                && (in.peek() != '{' || (specs.get(0).dtype() == DType.STRING && LookAhead.isBase64Object(in)));
    }

    private static boolean isMatrixOrColumns(List<TensorSpec> specs) {
        return !specs.isEmpty()
                && !specs.get(0).shape().isAnyRank()
                && specs.get(0).shape().rank() == 2
                && specs.stream().allMatch(TensorSpec::optional);
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
