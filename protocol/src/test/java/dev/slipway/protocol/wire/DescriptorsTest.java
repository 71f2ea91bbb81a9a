package dev.slipway.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import dev.slipway.protocol.proto.grpc.health.v1.HealthProtos;
import dev.slipway.protocol.proto.inference.OpenInferenceExtensionProtos;
import dev.slipway.protocol.proto.inference.OpenInferenceProtos;
import dev.slipway.protocol.proto.inference.RepositoryIndexResponse;
import dev.slipway.protocol.proto.tensorflow.serving.ModelServiceProtos;
import dev.slipway.protocol.proto.tensorflow.serving.PredictionServiceProtos;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What server reflection will show: names and paths by which the peers' clients know the services. */
class DescriptorsTest {
    static Stream<Arguments> services() {
        return Stream.of(
                Arguments.of(
                        PredictionServiceProtos.getDescriptor(),
                        "tensorflow_serving/apis/prediction_service.proto",
                        "tensorflow.serving.PredictionService",
                        new String[] {"Classify", "Regress", "Predict", "MultiInference", "GetModelMetadata"}),
                Arguments.of(
                        ModelServiceProtos.getDescriptor(),
                        "tensorflow_serving/apis/model_service.proto",
                        "tensorflow.serving.ModelService",
                        new String[] {"GetModelStatus", "HandleReloadConfigRequest"}),
                Arguments.of(
                        OpenInferenceProtos.getDescriptor(),
                        "open_inference_grpc.proto",
                        "inference.GRPCInferenceService",
                        new String[] {
                            "ServerLive",
                            "ServerReady",
                            "ModelReady",
                            "ServerMetadata",
                            "ModelMetadata",
                            "ModelInfer",
                            "ModelStreamInfer",
                            "RepositoryIndex",
                            "RepositoryModelLoad",
                            "RepositoryModelUnload",
                            "ModelConfig",
                            "ModelStatistics",
                            "SystemSharedMemoryStatus",
                            "SystemSharedMemoryRegister",
                            "SystemSharedMemoryUnregister",
                            "CudaSharedMemoryStatus",
                            "CudaSharedMemoryRegister",
                            "CudaSharedMemoryUnregister",
                            "TraceSetting",
                            "LogSettings"
                        }),
                Arguments.of(
                        HealthProtos.getDescriptor(),
                        "grpc/health/v1/health.proto",
                        "grpc.health.v1.Health",
                        new String[] {"Check", "Watch"}),
                Arguments.of(
                        dev.slipway.protocol.proto.grpc.reflection.v1.ReflectionProtos.getDescriptor(),
                        "grpc/reflection/v1/reflection.proto",
                        "grpc.reflection.v1.ServerReflection",
                        new String[] {"ServerReflectionInfo"}),
                Arguments.of(
                        dev.slipway.protocol.proto.grpc.reflection.v1alpha.ReflectionProtos.getDescriptor(),
                        "grpc/reflection/v1alpha/reflection.proto",
                        "grpc.reflection.v1alpha.ServerReflection",
                        new String[] {"ServerReflectionInfo"}));
    }

    @ParameterizedTest(name = "{2}")
    @MethodSource("services")
    void keepTheNamesAndPathsOfThePeers(FileDescriptor file, String path, String service, String[] methods) {
        assertThat(file.getName()).isEqualTo(path);
        assertThat(file.getServices().get(0).getFullName()).isEqualTo(service);
        assertThat(file.getServices().get(0).getMethods())
                .extracting(MethodDescriptor::getName)
                .containsExactly(methods);
    }

    /** As in Triton's grpc_service.proto: its clients send by number. */
    @ParameterizedTest
    @CsvSource({
        "ModelRepositoryParameter, bool_param:1 int64_param:2 string_param:3 bytes_param:4",
        "RepositoryIndexRequest, repository_name:1 ready:2",
        "RepositoryIndexResponse, models:1",
        "RepositoryModelLoadRequest, repository_name:1 model_name:2 parameters:3",
        "RepositoryModelUnloadRequest, repository_name:1 model_name:2 parameters:3"
    })
    void numberTheFieldsOfTheModelRepositoryAsTritonDoes(String message, String fields) {
        assertThat(OpenInferenceProtos.getDescriptor().findMessageTypeByName(message).getFields().stream()
                        .map(field -> field.getName() + ":" + field.getNumber())
                        .collect(Collectors.joining(" ")))
                .isEqualTo(fields);
        assertThat(RepositoryIndexResponse.ModelIndex.getDescriptor().getFields().stream()
                        .map(field -> field.getName() + ":" + field.getNumber()))
                .containsExactly("name:1", "version:2", "state:3", "reason:4");
    }

    /** As in Triton's grpc_service.proto and model_config.proto. */
    @ParameterizedTest
    @CsvSource({
        "ModelConfigRequest, name:1 version:2",
        "ModelConfigResponse, config:1",
        "ModelStatisticsRequest, name:1 version:2",
        "StatisticDuration, count:1 ns:2",
        "InferStatistics, success:1 fail:2 queue:3 compute_input:4 compute_infer:5 compute_output:6 cache_hit:7"
                + " cache_miss:8",
        "InferBatchStatistics, batch_size:1 compute_input:2 compute_infer:3 compute_output:4",
        "ModelStatistics, name:1 version:2 last_inference:3 inference_count:4 execution_count:5 inference_stats:6"
                + " batch_stats:7",
        "SystemSharedMemoryStatusResponse.RegionStatus, name:1 key:2 offset:3 byte_size:4",
        "SystemSharedMemoryRegisterRequest, name:1 key:2 offset:3 byte_size:4",
        "SystemSharedMemoryUnregisterRequest, name:1",
        "CudaSharedMemoryStatusResponse.RegionStatus, name:1 device_id:2 byte_size:3",
        "CudaSharedMemoryRegisterRequest, name:1 raw_handle:2 device_id:3 byte_size:4",
        "TraceSettingRequest, settings:1 model_name:2",
        "TraceSettingRequest.SettingValue, value:1",
        "LogSettingsRequest.SettingValue, bool_param:1 uint32_param:2 string_param:3"
    })
    void numberTheFieldsOfTheOtherExtensionsAsTritonDoes(String message, String fields) {
        Descriptor found = null;
        for (String name : message.split("\\.")) {
            found = found == null
                    ? OpenInferenceExtensionProtos.getDescriptor().findMessageTypeByName(name)
                    : found.findNestedTypeByName(name);
        }
        assertThat(found.getFields().stream()
                        .map(field -> field.getName() + ":" + field.getNumber())
                        .collect(Collectors.joining(" ")))
                .isEqualTo(fields);
    }

    @Test
    void streamWhereThePeersStream() {
        MethodDescriptor watch =
                HealthProtos.getDescriptor().getServices().get(0).findMethodByName("Watch");
        assertThat(watch.isServerStreaming()).isTrue();
        assertThat(watch.isClientStreaming()).isFalse();
    }
}
