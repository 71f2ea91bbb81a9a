package dev.slipway.server.endpoint.triton;

import dev.slipway.access.Permit;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.json.JsonReader;
import dev.slipway.protocol.json.JsonWriter;
import dev.slipway.protocol.openinference.grpc.ExtensionMessages;
import dev.slipway.protocol.proto.inference.LogSettingsRequest;
import dev.slipway.protocol.proto.inference.LogSettingsResponse;
import dev.slipway.protocol.proto.inference.TraceSettingRequest;
import dev.slipway.protocol.proto.inference.TraceSettingResponse;
import dev.slipway.server.endpoint.HttpAnswers;
import dev.slipway.server.endpoint.Serving;
import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import dev.slipway.server.triton.LogSettings;
import dev.slipway.server.triton.TraceSettings;
import dev.slipway.server.triton.Traces;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Triton's extensions {@code logging} and {@code trace}: settings that are looked at and changed. */
final class SettingsEndpoint {
    /** Read on the event loop. */
    private static final int BODY_BYTES_MAX = 16 << 10;

    private final Serving serving;
    private final LogSettings logs;
    private final Traces traces;

    SettingsEndpoint(Serving serving, LogSettings logs, Traces traces) {
        this.serving = serving;
        this.logs = logs;
        this.traces = traces;
    }

    void logging(RestRequest request, RestReply reply) {
        if (HttpAnswers.requireMethod(request, "GET, POST", reply)) {
            if (request.method().equals("POST")) {
                logs.change(readLogging(request.body()));
            }
            JsonWriter out = new JsonWriter();
            out.beginObject();
            logs.all().forEach((name, value) -> {
                out.name(name);
                if (value instanceof Boolean truth) {
                    out.bool(truth);
                } else if (value instanceof Long number) {
                    out.number(number.longValue());
                } else {
                    out.string(value.toString());
                }
            });
            HttpAnswers.json(reply, out.endObject().toByteBuffer());
        }
    }

    private static Map<String, Object> readLogging(ByteBuffer body) {
        Map<String, Object> changes = new LinkedHashMap<>();
        JsonReader in = object(body);
        while (in.nextName()) {
            String name = in.name();
            Object value = switch (in.peek()) {
                case '"' -> in.string();
                case 't', 'f' -> in.bool();
                default -> in.wholeNumber();
            };
            changes.put(name, value);
        }
        in.endDocument();
        return changes;
    }

    void logging(GrpcCall call) {
        LogSettingsRequest request =
                ExtensionMessages.read("LogSettingsRequest", call.message(), LogSettingsRequest::parseFrom);
        Map<String, Object> changes = new LinkedHashMap<>();
        request.getSettingsMap().forEach((name, value) -> {
            Object found = switch (value.getParameterChoiceCase()) {
                case BOOL_PARAM -> value.getBoolParam();
                case UINT32_PARAM -> Integer.toUnsignedLong(value.getUint32Param());
                case STRING_PARAM -> value.getStringParam();
                case PARAMETERCHOICE_NOT_SET ->
                    throw new SlipwayException(
                            ErrorCode.INVALID_ARGUMENT,
                            "log setting '%s' has no value (expected: one)".formatted(name));
            };
            changes.put(name, found);
        });
        if (!changes.isEmpty()) {
            logs.change(changes);
        }
        LogSettingsResponse.Builder all = LogSettingsResponse.newBuilder();
        logs.all().forEach((name, value) -> {
            LogSettingsResponse.SettingValue.Builder setting = LogSettingsResponse.SettingValue.newBuilder();
            if (value instanceof Boolean truth) {
                setting.setBoolParam(truth);
            } else if (value instanceof Long number) {
                setting.setUint32Param(number.intValue());
            } else {
                setting.setStringParam(value.toString());
            }
            all.putSettings(name, setting.build());
        });
        call.reply(ExtensionMessages.write(all.build()));
    }

    /** @param model empty for all */
    void trace(RestRequest request, String model, RestReply reply) {
        if (!HttpAnswers.requireMethod(request, "GET, POST", reply)) {
            return;
        }
        requireModel(model);
        if (request.method().equals("POST")) {
            Map<String, List<String>> changes = readTrace(request.body());
            if (changes.isEmpty()) {
                traces.forget(model);
            } else {
                traces.change(model, changes);
            }
        }
        JsonWriter out = new JsonWriter();
        out.beginObject();
        traces.settings(model).all().forEach((name, values) -> {
            out.name(name);
            if (TraceSettings.isList(name)) {
                out.beginArray();
                values.forEach(out::string);
                out.endArray();
            } else {
                out.string(values.get(0));
            }
        });
        HttpAnswers.json(reply, out.endObject().toByteBuffer());
    }

    /** Values are text or lists of text; numbers are taken, too, and null clears. */
    private static Map<String, List<String>> readTrace(ByteBuffer body) {
        Map<String, List<String>> changes = new LinkedHashMap<>();
        JsonReader in = object(body);
        while (in.nextName()) {
            String name = in.name();
            List<String> values = new ArrayList<>();
            if (in.peek() == '[') {
                in.beginArray();
                while (in.nextElement()) {
                    values.add(text(in));
                }
            } else if (!in.skipNull()) {
                values.add(text(in));
            }
            changes.put(name, values);
        }
        in.endDocument();
        return changes;
    }

    private static String text(JsonReader in) {
        return in.peek() == '"' ? in.string() : Long.toString(in.wholeNumber());
    }

    void trace(GrpcCall call) {
        TraceSettingRequest request =
                ExtensionMessages.read("TraceSettingRequest", call.message(), TraceSettingRequest::parseFrom);
        requireModel(request.getModelName());
        Map<String, List<String>> changes = new LinkedHashMap<>();
        request.getSettingsMap().forEach((name, value) -> changes.put(name, value.getValueList()));
        if (!changes.isEmpty()) {
            traces.change(request.getModelName(), changes);
        }
        TraceSettingResponse.Builder all = TraceSettingResponse.newBuilder();
        traces.settings(request.getModelName())
                .all()
                .forEach((name, values) -> all.putSettings(
                        name,
                        TraceSettingResponse.SettingValue.newBuilder()
                                .addAllValue(values)
                                .build()));
        call.reply(ExtensionMessages.write(all.build()));
    }

    private void requireModel(String model) {
        if (!model.isEmpty()) {
            serving.status(model, Permit.ALL);
        }
    }

    private static JsonReader object(ByteBuffer body) {
        if (body.remaining() > BODY_BYTES_MAX) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "the body has %d bytes (expected: at most %d)".formatted(body.remaining(), BODY_BYTES_MAX));
        }
        JsonReader in = new JsonReader(body);
        in.beginObject();
        return in;
    }
}
