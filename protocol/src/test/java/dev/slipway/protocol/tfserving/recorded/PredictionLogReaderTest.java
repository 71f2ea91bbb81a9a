package dev.slipway.protocol.tfserving.recorded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.proto.tensorflow.DataType;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.proto.tensorflow.serving.ModelSpec;
import dev.slipway.protocol.proto.tensorflow.serving.PredictRequest;
import dev.slipway.protocol.tfserving.grpc.PredictCall;
import dev.slipway.protocol.tfserving.grpc.PredictRequestReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PredictionLogReaderTest {
    private static final PredictRequest REQUEST = PredictRequest.newBuilder()
            .setModelSpec(ModelSpec.newBuilder().setSignatureName("other"))
            .putInputs(
                    "x",
                    TensorProto.newBuilder()
                            .setDtype(DataType.DT_FLOAT)
                            .addFloatVal(7)
                            .build())
            .addOutputFilter("y")
            .build();

    /** A message of these fields, all of them bytes. */
    private static ByteString message(Object... numbersAndValues) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int i = 0; i < numbersAndValues.length; i += 2) {
            out.writeBytes((Integer) numbersAndValues[i], (ByteString) numbersAndValues[i + 1]);
        }
        out.flush();
        return ByteString.copyFrom(bytes.toByteArray());
    }

    private static PredictCall read(ByteString message) {
        RecordedRequest request = PredictionLogReader.read(ByteBuffer.wrap(message.toByteArray()));
        assertThat(request.kind()).isEqualTo(RecordedRequest.Kind.PREDICT);
        return PredictRequestReader.readRecorded(request.message(), 1 << 20);
    }

    private static void assertFails(ByteString message, ErrorCode code, String text) {
        assertThatThrownBy(() -> read(message))
                .isInstanceOfSatisfying(
                        SlipwayException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(text);
    }

    @Test
    void readsARequestThatNamesNoModelAndPassesOverItsResponse() throws IOException {
        ByteString metadata = ByteString.copyFromUtf8("");
        ByteString response = ByteString.copyFromUtf8("not looked at");
        PredictCall call = read(message(1, metadata, 6, message(1, REQUEST.toByteString(), 2, response)));
        assertThat(call.target().signature()).isEqualTo("other");
        assertThat(call.outputFilter()).containsExactly("y");
        assertThat(call.inputs().get("x").data().getFloat()).isEqualTo(7);
    }

    @ParameterizedTest
    @CsvSource({"5, session_run_log", "7, predict_streamed_log"})
    void namesKindsThatDoNotRunHere(int field, String name) throws IOException {
        assertFails(message(field, ByteString.EMPTY), ErrorCode.UNIMPLEMENTED, "it is a " + name);
    }

    @ParameterizedTest
    @CsvSource({"2, CLASSIFY", "3, REGRESS", "4, MULTI_INFERENCE", "6, PREDICT"})
    void tellsTheKindOfARequest(int field, RecordedRequest.Kind kind) throws IOException {
        ByteString request = ByteString.copyFromUtf8("any");
        RecordedRequest found = PredictionLogReader.read(
                ByteBuffer.wrap(message(field, message(1, request)).toByteArray()));
        assertThat(found.kind()).isEqualTo(kind);
        assertThat(StandardCharsets.UTF_8.decode(found.message()).toString()).isEqualTo("any");
    }

    @Test
    void refusesWhatHoldsNoRequest() throws IOException {
        assertFails(ByteString.EMPTY, ErrorCode.INVALID_ARGUMENT, "no request");
        assertFails(message(6, ByteString.EMPTY), ErrorCode.INVALID_ARGUMENT, "no request");
        ByteString log = message(1, REQUEST.toByteString());
        assertFails(message(6, log, 6, log), ErrorCode.INVALID_ARGUMENT, "a second log");
        assertFails(ByteString.copyFromUtf8("no message at all"), ErrorCode.INVALID_ARGUMENT, "malformed");
    }
}
