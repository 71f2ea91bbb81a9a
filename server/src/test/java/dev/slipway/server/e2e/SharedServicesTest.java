package dev.slipway.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.server.SlipwayExtension;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import java.net.http.HttpResponse;
import java.util.Iterator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health, reflection and metrics, as the field's own clients ask for them. */
class SharedServicesTest {
    private static final String[] SERVICES = {
        "grpc.health.v1.Health",
        "inference.GRPCInferenceService",
        "tensorflow.serving.ModelService",
        "tensorflow.serving.PredictionService"
    };

    @RegisterExtension
    static final SlipwayExtension SERVER = SlipwayExtension.serving(SlipwayExtension::examples);

    private static ServingStatus check(String service) {
        return HealthGrpc.newBlockingStub(SERVER.grpc().channel())
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "inference.GRPCInferenceService", "tensorflow.serving.PredictionService", "iris"})
    void serversServicesAndModelsAreHealthy(String service) {
        assertThat(check(service)).isEqualTo(ServingStatus.SERVING);
    }

    @Test
    void theHealthOfAnUnknownServiceIsNotFound() {
        assertThatThrownBy(() -> check("nope")).isInstanceOfSatisfying(StatusRuntimeException.class, e -> {
            assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.NOT_FOUND);
            assertThat(e.getStatus().getDescription()).contains("'nope'");
        });
    }

    private static ServerReflectionResponse reflect(ServerReflectionRequest request) {
        Iterator<ServerReflectionResponse> answers = SERVER.grpc().stream(
                "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
                request,
                ServerReflectionResponse.getDefaultInstance());
        ServerReflectionResponse answer = answers.next();
        assertThat(answers).isExhausted();
        return answer;
    }

    @Test
    void reflectionListsTheServices() {
        assertThat(reflect(ServerReflectionRequest.newBuilder()
                                .setListServices("*")
                                .build())
                        .getListServicesResponse()
                        .getServiceList())
                .extracting(ServiceResponse::getName)
                .contains(SERVICES);
    }

    @Test
    void theOlderReflectionListsThemToo() {
        Iterator<io.grpc.reflection.v1alpha.ServerReflectionResponse> answers = SERVER.grpc().stream(
                "grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                io.grpc.reflection.v1alpha.ServerReflectionRequest.newBuilder()
                        .setListServices("*")
                        .build(),
                io.grpc.reflection.v1alpha.ServerReflectionResponse.getDefaultInstance());
        assertThat(answers.next().getListServicesResponse().getServiceList())
                .extracting(io.grpc.reflection.v1alpha.ServiceResponse::getName)
                .contains(SERVICES);
    }

    @Test
    void reflectionDescribesAMethodsService() throws InvalidProtocolBufferException {
        ServerReflectionResponse answer = reflect(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("inference.GRPCInferenceService")
                .build());
        FileDescriptorProto file =
                FileDescriptorProto.parseFrom(answer.getFileDescriptorResponse().getFileDescriptorProto(0));
        assertThat(file.getPackage()).isEqualTo("inference");
        assertThat(file.getService(0).getMethodList()).hasSize(20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/metrics", "/monitoring/prometheus/metrics"})
    void metricsCountRequests(String path) {
        assertThat(SERVER.post("/v1/models/iris:predict", "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> answer = SERVER.get(path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/plain");
        assertThat(answer.body().lines())
                .anyMatch(line -> line.matches(
                        "slipway_requests_total\\{code=\"OK\",model=\"iris\",protocol=\"tfs-rest\"\\} [1-9].*"))
                .anyMatch(line -> line.matches(
                        ":tensorflow:serving:request_count\\{model_name=\"iris\",status=\"OK\"\\} [1-9].*"));
    }
}
