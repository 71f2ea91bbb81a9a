package dev.slipway.protocol.torchserve;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import dev.slipway.protocol.InputCheck;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.LookAhead;
import dev.slipway.protocol.tfserving.PredictReader;
import dev.slipway.protocol.tfserving.PredictRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads the body of a prediction. A model with one input of text or bytes is given the body as it is; any other is given
 * JSON; and a form has a field for each input.
 *
 * @see <a href="https://pytorch.org/serve/inference_api.html">TorchServe: Inference API</a>
 */
public final class PredictionReader {
    /** What clients call the input of a model that has one. */
    private static final List<String> ONLY = List.of("data", "body");

    private final Function<String, Signature> signatures;
    private final Signature signature;
    private final @Nullable TensorSpec only;

    private PredictionReader(Function<String, Signature> signatures) {
        this.signatures = signatures;
        this.signature = signatures.apply("");
        this.only = only(signature);
    }

    /**
     * @param contentType as the header says it; null when there is none
     * @param query what follows the question mark: read as a form where there is no body
     * @param body from position to limit, neither of which moves; what is read of it may stay a view
     * @param signatures finds a signature by name, the default one by an empty name
     * @throws SlipwayException {@code INVALID_ARGUMENT} for a body that does not fit the model; and what {@code
     *     signatures} throws
     */
    public static Prediction read(
            @Nullable String contentType, String query, ByteBuffer body, Function<String, Signature> signatures) {
        PredictionReader reader = new PredictionReader(signatures);
        if (WholeBody.isWanted(reader.signature)) {
            return body.hasRemaining() || query.isEmpty()
                    ? WholeBody.read(reader.signature, contentType == null ? "" : contentType, body)
                    : WholeBody.read(
                            reader.signature, MediaType.FORM, ByteBuffer.wrap(query.getBytes(StandardCharsets.UTF_8)));
        }
        if (!body.hasRemaining()) {
            return reader.form(UrlForm.parts(ByteBuffer.wrap(query.getBytes(StandardCharsets.UTF_8))));
        }
        return reader.read(contentType == null ? "" : contentType, body);
    }

    /** The input that a request must have, where that is one. */
    private static @Nullable TensorSpec only(Signature signature) {
        List<TensorSpec> needed =
                signature.inputs().stream().filter(spec -> !spec.optional()).toList();
        return needed.size() == 1
                ? needed.get(0)
                : signature.inputs().size() == 1 ? signature.inputs().get(0) : null;
    }

    private Prediction read(String contentType, ByteBuffer body) {
        String type = MediaType.bare(contentType);
        if (type.equals(MediaType.MULTIPART)) {
            return form(MultipartForm.parts(contentType, body));
        }
        if (type.equals(MediaType.FORM) && isForm(body)) {
            return form(UrlForm.parts(body));
        }
        TensorSpec input = only;
        if (input != null && input.dtype() == DType.STRING && !MediaType.isJson(type)) {
            InputRow row = new InputRow(signature);
            row.bytes(input, body);
            return row.prediction();
        }
        if (!MediaType.mayBeJson(type)) {
            throw invalid("content type '%s' (expected: application/json, as the model takes %s)"
                    .formatted(type, InputCheck.names(signature.inputs())));
        }
        return json(body);
    }

    /** Whether a body that claims to be a form is one: curl claims so of whatever it sends with -d. */
    private boolean isForm(ByteBuffer body) {
        return ONLY.stream().anyMatch(name -> UrlForm.begins(body, name))
                || signature.inputs().stream().anyMatch(spec -> UrlForm.begins(body, spec.name()));
    }

    private Prediction form(List<Part> parts) {
        if (parts.isEmpty()) {
            throw invalid("the body is empty (expected: %s)".formatted(InputCheck.names(signature.inputs())));
        }
        InputRow row = new InputRow(signature);
        Set<String> given = new LinkedHashSet<>();
        for (Part part : parts) {
            TensorSpec spec = spec(part.name(), parts.size());
            if (!given.add(spec == null ? part.name() : spec.name())) {
                throw invalid("form has '%s' twice (expected: once)".formatted(part.name()));
            }
            if (spec != null && spec.dtype() == DType.STRING && !MediaType.isJson(part.contentType())) {
                row.bytes(spec, part.value());
            } else if (spec != null) {
                JsonReader in = new JsonReader(part.value());
                row.json(spec, in);
                in.endDocument();
            }
        }
        InputCheck.names(signature, required(given), "form: ");
        return row.prediction();
    }

    /** Those that were given, and those that may be missing. */
    private Set<String> required(Set<String> given) {
        signature.inputs().stream().filter(TensorSpec::optional).forEach(spec -> given.add(spec.name()));
        return given;
    }

    /** The input of that name; the only one by any name that clients have for it, or if nothing else was sent. */
    private @Nullable TensorSpec spec(String name, int count) {
        for (TensorSpec spec : signature.inputs()) {
            if (spec.name().equals(name)) {
                return spec;
            }
        }
        return ONLY.contains(name) || count == 1 ? only : null;
    }

    private Prediction json(ByteBuffer body) {
        JsonReader in = new JsonReader(body);
        if (in.peek() != '{' || (only != null && only.dtype() == DType.STRING && LookAhead.isBase64Object(in))) {
            TensorSpec input = only;
            if (input == null) {
                throw invalid("the body is %s (expected: an object of %s)"
                        .formatted(LookAhead.found(in), InputCheck.names(signature.inputs())));
            }
            return whole(in, input);
        }
        if (isTensorFlows(in)) {
            PredictRequest request = PredictReader.read(body, signatures);
            return new Prediction(
                    request.signature(),
                    request.inputs(),
                    request.rowFormat() ? Prediction.Form.INSTANCES : Prediction.Form.INPUTS);
        }
        return object(in);
    }

    private Prediction whole(JsonReader in, TensorSpec input) {
        InputRow row = new InputRow(signature);
        row.json(input, in);
        in.endDocument();
        return row.prediction();
    }

    /** Whether an object has what only TensorFlow Serving's bodies have. */
    private boolean isTensorFlows(JsonReader in) {
        JsonReader.Mark mark = in.mark();
        boolean found = false;
        in.beginObject();
        while (!found && in.nextName()) {
            String name = in.name();
            found = (name.equals("instances") || name.equals("inputs") || name.equals("signature_name"))
                    && signature.inputs().stream().noneMatch(spec -> spec.name().equals(name));
            if (!found) {
                in.skipValue();
            }
        }
        in.reset(mark);
        return found;
    }

    private Prediction object(JsonReader in) {
        InputRow row = new InputRow(signature);
        Set<String> given = new LinkedHashSet<>();
        in.beginObject();
        while (in.nextName()) {
            String name = in.name();
            TensorSpec spec = spec(name, 0);
            if (!given.add(spec == null ? name : spec.name())) {
                throw invalid("the body has '%s' twice (expected: once)".formatted(name));
            }
            if (spec == null) {
                in.skipValue();
            } else {
                row.json(spec, in);
            }
        }
        in.endDocument();
        InputCheck.names(signature, required(given), "");
        return row.prediction();
    }

    private static SlipwayException invalid(String message) {
        return new SlipwayException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
