package dev.slipway.conformance;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import dev.slipway.protocol.proto.grpc.health.v1.HealthProtos;
import dev.slipway.protocol.proto.inference.OpenInferenceProtos;
import dev.slipway.protocol.proto.tensorflow.serving.GetModelMetadataProtos;
import dev.slipway.protocol.proto.tensorflow.serving.ModelServiceProtos;
import dev.slipway.protocol.proto.tensorflow.serving.PredictionServiceProtos;
import java.util.List;

/** The operations that cases may name, and their messages as protobuf's JSON with the fields' own names. */
final class GrpcMethods {
    private static final List<FileDescriptor> FILES = List.of(
            PredictionServiceProtos.getDescriptor(),
            ModelServiceProtos.getDescriptor(),
            OpenInferenceProtos.getDescriptor(),
            HealthProtos.getDescriptor());

    private static final TypeRegistry ANY = TypeRegistry.newBuilder()
            .add(GetModelMetadataProtos.getDescriptor().getMessageTypes())
            .build();
    private static final JsonFormat.Parser PARSER = JsonFormat.parser().usingTypeRegistry(ANY);
    private static final JsonFormat.Printer PRINTER = JsonFormat.printer()
            .usingTypeRegistry(ANY)
            .preservingProtoFieldNames()
            .alwaysPrintFieldsWithNoPresence();

    private GrpcMethods() {}

    /** @param full such as {@code inference.GRPCInferenceService/ModelInfer} */
    static MethodDescriptor of(String full) {
        int slash = full.indexOf('/');
        for (FileDescriptor file : FILES) {
            for (ServiceDescriptor service : file.getServices()) {
                MethodDescriptor method = service.findMethodByName(full.substring(slash + 1));
                if (method != null && service.getFullName().equals(full.substring(0, Math.max(0, slash)))) {
                    return method;
                }
            }
        }
        throw new IllegalArgumentException("gRPC method '%s' is not known".formatted(full));
    }

    static byte[] bytes(Descriptor type, String json) {
        DynamicMessage.Builder message = DynamicMessage.newBuilder(type);
        try {
            PARSER.merge(json, message);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("message is no %s: %s".formatted(type.getFullName(), e.getMessage()), e);
        }
        return message.build().toByteArray();
    }

    static String json(Descriptor type, byte[] bytes) throws InvalidProtocolBufferException {
        return PRINTER.print(DynamicMessage.parseFrom(type, bytes));
    }
}
