package dev.slipway.server.warmup;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.openinference.InferReader;
import dev.slipway.protocol.openinference.InferRequest;
import dev.slipway.protocol.tfserving.PredictReader;
import dev.slipway.protocol.tfserving.PredictRequest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Bodies of requests as they are sent over REST, TensorFlow Serving's and the Open Inference Protocol's side by side: one,
 * several one after the other (a line each, if one likes), or an array of them.
 */
record JsonSamples(Path file) implements Samples {
    private static final byte[] INPUTS = "inputs".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] DATATYPE = "datatype".getBytes(StandardCharsets.US_ASCII);

    @Override
    public void each(Function<String, Signature> signatures, Runner runner) throws IOException {
        long size = Files.size(file);
        if (size > BYTES_MAX) {
            throw new SlipwayException(
                    ErrorCode.RESOURCE_EXHAUSTED, "it has %d bytes (expected: at most %d)".formatted(size, BYTES_MAX));
        }
        List<JsonBodies.Body> bodies = JsonBodies.split(Files.readAllBytes(file), COUNT_MAX);
        for (int at = 0; at < bodies.size(); at++) {
            JsonBodies.Body body = bodies.get(at);
            runner.run("request %d (line %d)".formatted(at + 1, body.line()), () -> sample(body.json(), signatures));
        }
    }

    private static Sample sample(ByteBuffer body, Function<String, Signature> signatures) {
        if (isOpenInference(body)) {
            Signature signature = signatures.apply("");
            InferRequest request = InferReader.read(body, InferReader.NO_HEADER, signature);
            return new Sample(signature.name(), request.inputs(), request.outputNames(), 1);
        }
        PredictRequest request = PredictReader.read(body, signatures);
        return new Sample(request.signature().name(), request.inputs(), List.of(), 1);
    }

    /** There inputs are an array of objects that name their datatype. */
    private static boolean isOpenInference(ByteBuffer body) {
        JsonReader in = new JsonReader(body);
        in.beginObject();
        while (in.nextName()) {
            if (in.nameIs(INPUTS) && in.peek() == '[') {
                return isTyped(in);
            }
            in.skipValue();
        }
        return false;
    }

    private static boolean isTyped(JsonReader in) {
        in.beginArray();
        if (!in.nextElement() || in.peek() != '{') {
            return false;
        }
        in.beginObject();
        while (in.nextName()) {
            if (in.nameIs(DATATYPE)) {
                return true;
            }
            in.skipValue();
        }
        return false;
    }
}
