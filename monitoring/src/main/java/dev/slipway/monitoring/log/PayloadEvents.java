package dev.slipway.monitoring.log;

import dev.slipway.api.ErrorCode;
import dev.slipway.monitoring.Prediction;
import dev.slipway.protocol.json.JsonWriter;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Predictions as KServe's payload logging has them: an event for the request and one for the response, both with the
 * prediction's id, and with the model's name, namespace, component and endpoint beside it. Their data is what the Open Inference
 * Protocol would have over REST, whatever protocol was spoken. Beside what KServe says: version, signature, and who asked.
 *
 * @param source where it happens, a URI reference
 * @param namespace in which the server runs
 * @see <a href="https://github.com/kserve/kserve/blob/master/pkg/logger/worker.go">KServe: the logger's worker</a>
 */
public record PayloadEvents(String source, String namespace) {
    public static final String REQUEST = "org.kubeflow.serving.inference.request";
    public static final String RESPONSE = "org.kubeflow.serving.inference.response";

    /** As events; none where nothing of what is wanted is there. */
    List<CloudEvent> of(Recorded recorded) {
        List<CloudEvent> events = new ArrayList<>(2);
        List<TensorCopy> inputs = recorded.inputs();
        if (inputs != null) {
            events.add(event(recorded, REQUEST, recorded.arrivedMillis(), request(recorded, inputs)));
        }
        if (recorded.what().contains(ModelLog.What.RESPONSE)) {
            events.add(event(recorded, RESPONSE, recorded.endedMillis(), response(recorded, recorded.outputs())));
        }
        return events;
    }

    private CloudEvent event(Recorded recorded, String type, long millis, byte[] data) {
        Prediction prediction = recorded.prediction();
        return new CloudEvent(
                prediction.id(),
                source,
                type,
                prediction.served().model(),
                Instant.ofEpochMilli(millis),
                extensions(recorded, type.equals(RESPONSE)),
                data);
    }

    private Map<String, String> extensions(Recorded recorded, boolean isResponse) {
        Prediction prediction = recorded.prediction();
        Map<String, String> extensions = new LinkedHashMap<>();
        extensions.put("inferenceservicename", prediction.served().model());
        extensions.put("namespace", namespace);
        extensions.put("component", "predictor");
        extensions.put("endpoint", "default");
        extensions.put("predictionid", prediction.id());
        extensions.put("requestid", prediction.origin().requestId());
        extensions.put("principal", prediction.origin().principal());
        extensions.put("protocol", prediction.origin().protocol());
        if (prediction.served().version() >= 0) {
            extensions.put("modelversion", Long.toString(prediction.served().version()));
            extensions.put("signature", prediction.served().signature());
        }
        if (!recorded.traceParent().isEmpty()) {
            extensions.put("traceparent", recorded.traceParent());
        }
        if (isResponse) {
            extensions.put("code", prediction.outcome().code().name());
            extensions.put(
                    "totalmicros",
                    Long.toString(
                            TimeUnit.NANOSECONDS.toMicros(prediction.phases().total())));
            extensions.put(
                    "computemicros",
                    Long.toString(
                            TimeUnit.NANOSECONDS.toMicros(prediction.phases().compute())));
        }
        return extensions;
    }

    private static byte[] request(Recorded recorded, List<TensorCopy> inputs) {
        JsonWriter out = new JsonWriter(1024);
        out.beginObject().name("id").string(recorded.prediction().id());
        out.name("inputs");
        write(recorded, inputs, out);
        return bytes(out.endObject());
    }

    private static byte[] response(Recorded recorded, @Nullable List<TensorCopy> outputs) {
        JsonWriter out = new JsonWriter(1024);
        Prediction prediction = recorded.prediction();
        out.beginObject();
        if (prediction.outcome().code() != ErrorCode.OK) {
            // A message may show what was wrong with a value.
            String message = recorded.redaction().isEmpty()
                    ? prediction.outcome().message()
                    : prediction.outcome().code().name();
            out.name("id").string(prediction.id());
            out.name("error").string(message);
            return bytes(out.endObject());
        }
        out.name("model_name").string(prediction.served().model());
        out.name("model_version").string(Long.toString(prediction.served().version()));
        out.name("id").string(prediction.id());
        out.name("outputs");
        write(recorded, outputs == null ? List.of() : outputs, out);
        return bytes(out.endObject());
    }

    private static void write(Recorded recorded, List<TensorCopy> tensors, JsonWriter out) {
        out.beginArray();
        TensorJson json = new TensorJson(recorded.redaction(), out);
        tensors.forEach(json::write);
        out.endArray();
    }

    private static byte[] bytes(JsonWriter out) {
        ByteBuffer written = out.toByteBuffer();
        byte[] bytes = new byte[written.remaining()];
        written.get(bytes);
        return bytes;
    }
}
