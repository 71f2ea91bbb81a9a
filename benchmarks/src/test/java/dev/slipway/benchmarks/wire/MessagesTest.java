package dev.slipway.benchmarks.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MessagesTest {
    static final Workload WORKLOAD =
            new Workload("mlp", Tensor.row("x", List.of(1f, -0.5f)), Tensor.row("y", List.of(0.25f, 1e-9f, 3f)));

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void readsTheAnswerThatTheEchoGives(Protocol protocol) {
        assertThat(protocol.outputs(WORKLOAD, protocol.answer(WORKLOAD))).containsExactly(0.25f, 1e-9f, 3f);
        assertThat(Protocol.of(protocol.title())).isEqualTo(protocol);
    }

    @Test
    void writesTheRestRequestsAsTheProtocolsSay() {
        assertThat(Protocol.TFS_REST.request(WORKLOAD)).hasToString("{\"instances\":[[1.0,-0.5]]}");
        assertThat(Protocol.OIP_REST.request(WORKLOAD))
                .hasToString(
                        "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1.0,-0.5]}]}");
        String header = "{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\","
                + "\"parameters\":{\"binary_data_size\":8}}],\"parameters\":{\"binary_data_output\":true}}";
        Buffer binary = Protocol.OIP_BINARY.request(WORKLOAD);
        assertThat(binary.getString(0, header.length())).isEqualTo(header);
        assertThat(hex(binary.slice(header.length(), binary.length()))).isEqualTo("0000803f000000bf");
        assertThat(Protocol.OIP_BINARY.headers(WORKLOAD))
                .containsEntry("inference-header-content-length", Integer.toString(header.length()));
    }

    /** The bytes are protoc's: {@code protoc --encode} of the same messages, behind gRPC's five bytes. */
    @Test
    void writesTheGrpcRequestsAsProtocDoes() {
        assertThat(hex(Protocol.TFS_GRPC.request(WORKLOAD)))
                .isEqualTo("0000000024"
                        + "0a05" + "0a036d6c70"
                        + "121b" + "0a0178" + "1216" + "0801" + "1208" + "12020801" + "12020802"
                        + "2208" + "0000803f000000bf");
        assertThat(hex(Protocol.OIP_GRPC.request(WORKLOAD)))
                .isEqualTo("000000001e"
                        + "0a036d6c70"
                        + "2a0d" + "0a0178" + "120446503332" + "1a020102"
                        + "3a08" + "0000803f000000bf");
    }

    private static String hex(Buffer bytes) {
        return HexFormat.of().formatHex(bytes.getBytes());
    }

    @Test
    void refusesAFrameThatIsCutOff() {
        Buffer answer = Protocol.TFS_GRPC.answer(WORKLOAD);
        assertThatThrownBy(() -> Protocol.TFS_GRPC.outputs(WORKLOAD, answer.slice(0, answer.length() - 1)))
                .hasMessageContaining("expected: one uncompressed gRPC message");
    }

    @Test
    void readsTheFirstRowOfIoJson() throws IOException {
        Path io = Files.createDirectories(folder.resolve("mlp/1")).resolve("io.json");
        Files.writeString(
                io, "{\"input\": \"x\", \"output\": \"y\", \"rows\": [[1, -0.5]], \"expected\": [[0.25, 0, 3]]}");
        Workload workload = Workload.read(io);
        assertThat(workload.model()).isEqualTo("mlp");
        assertThat(workload.input()).isEqualTo(Tensor.row("x", List.of(1f, -0.5f)));
        assertThat(workload.isAnswer(List.of(0.25001f, 0f, 3f))).isTrue();
        assertThat(workload.isAnswer(List.of(0.26f, 0f, 3f))).isFalse();
        assertThat(workload.isAnswer(List.of(Float.NaN, 0f, 3f))).isFalse();
        assertThat(workload.isAnswer(List.of(0.25f, 0f))).isFalse();
        assertThat(workload.at("other").model()).isEqualTo("other");
        Files.writeString(io, "{\"input\": \"x\", \"output\": \"y\", \"rows\": [], \"expected\": []}");
        assertThatThrownBy(() -> Workload.read(io)).hasMessageContaining("'rows' is missing or empty");
    }

    @Test
    void keepsTheShapeOfARowThatIsNotFlat() throws IOException {
        Path io = Files.createDirectories(folder.resolve("image/1")).resolve("io.json");
        Tensor image = new Tensor("x", List.of(1L, 2L, 1L, 2L), List.of(1f, 2f, 3f, 4f));
        Workload workload = new Workload("image", image, Tensor.row("y", List.of(0.5f)));
        workload.write(io);
        assertThat(Workload.read(io)).isEqualTo(workload);
        assertThat(Protocol.TFS_REST.request(workload)).hasToString("{\"instances\":[[[[1.0,2.0]],[[3.0,4.0]]]]}");
        assertThat(Protocol.OIP_REST.request(workload).toString())
                .contains("\"shape\":[1,2,1,2]")
                .contains("\"data\":[1.0,2.0,3.0,4.0]");
        assertThat(hex(Protocol.OIP_GRPC.request(workload))).contains("1a0401020102");
        assertThat(hex(Protocol.TFS_GRPC.request(workload)))
                .contains("1210" + "12020801" + "12020802" + "12020801" + "12020802");
    }

    @Test
    void refusesATensorWhoseValuesDoNotFillIt() {
        assertThatThrownBy(() -> new Tensor("x", List.of(1L, 3L), List.of(1f)))
                .hasMessage("tensor 'x' has shape [1, 3] and 1 values (expected: one row that fills it)");
        assertThatThrownBy(() -> Protocol.of("tfs"))
                .hasMessageContaining("protocol 'tfs' (expected: tfs-rest, tfs-grpc");
    }
}
