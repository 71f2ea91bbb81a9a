package dev.slipway.server.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import io.vertx.grpc.reflection.v1.ErrorResponse;
import io.vertx.grpc.reflection.v1.FileDescriptorResponse;
import io.vertx.grpc.reflection.v1.ListServiceResponse;
import io.vertx.grpc.reflection.v1.ServerReflectionProto;
import io.vertx.grpc.reflection.v1.ServerReflectionRequest;
import io.vertx.grpc.reflection.v1.ServerReflectionResponse;
import io.vertx.grpc.reflection.v1.ServiceResponse;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Answers questions about services, from their descriptors. The versions {@code v1} and {@code v1alpha} differ in the
 * name of their package only, so the messages of v1 serve both. Immutable.
 */
final class Reflection {
    /** Of one question. */
    static final int QUESTION_BYTES_MAX = 16 * 1024;

    private static final String V1 = "grpc.reflection.v1";
    private static final String V1_ALPHA = "grpc.reflection.v1alpha";

    private final List<ServiceDescriptor> own;
    private final List<String> serviceNames;
    private final Map<String, FileDescriptor> filesByName = new LinkedHashMap<>();
    private final Map<String, FileDescriptor> filesBySymbol = new LinkedHashMap<>();
    private final Map<String, TreeMap<Integer, FileDescriptor>> filesByExtension = new LinkedHashMap<>();

    Reflection(List<ServiceDescriptor> services) {
        FileDescriptor v1 = ServerReflectionProto.getDescriptor();
        own = List.of(
                v1.getServices().get(0), renamed(v1, V1, V1_ALPHA).getServices().get(0));
        List<ServiceDescriptor> all = new ArrayList<>(services);
        all.addAll(own);
        all.forEach(service -> add(service.getFile()));
        serviceNames = List.copyOf(
                new TreeSet<>(all.stream().map(ServiceDescriptor::getFullName).toList()));
    }

    /** The services that ask these questions. */
    List<ServiceDescriptor> services() {
        return own;
    }

    /** All full names, sorted. */
    List<String> serviceNames() {
        return serviceNames;
    }

    /** Answers one question of a stream. */
    void handle(GrpcCall question) {
        try {
            ServerReflectionRequest asked = ServerReflectionRequest.parseFrom(question.message());
            question.reply(ByteBuffer.wrap(answer(asked).toByteArray()));
        } catch (InvalidProtocolBufferException e) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT, "not a ServerReflectionRequest: " + e.getMessage(), e);
        }
    }

    private ServerReflectionResponse answer(ServerReflectionRequest question) {
        ServerReflectionResponse.Builder answer = ServerReflectionResponse.newBuilder()
                .setValidHost(question.getHost())
                .setOriginalRequest(question);
        switch (question.getMessageRequestCase()) {
            case LIST_SERVICES ->
                answer.setListServicesResponse(ListServiceResponse.newBuilder()
                        .addAllService(serviceNames.stream()
                                .map(name -> ServiceResponse.newBuilder()
                                        .setName(name)
                                        .build())
                                .toList()));
            case FILE_BY_FILENAME -> addFile(answer, filesByName, "file", question.getFileByFilename());
            case FILE_CONTAINING_SYMBOL -> addFile(answer, filesBySymbol, "symbol", question.getFileContainingSymbol());
            case FILE_CONTAINING_EXTENSION -> {
                var extension = question.getFileContainingExtension();
                Map<Integer, FileDescriptor> files =
                        filesByExtension.getOrDefault(extension.getContainingType(), new TreeMap<>());
                addFile(answer, files, "extension of " + extension.getContainingType(), extension.getExtensionNumber());
            }
            case ALL_EXTENSION_NUMBERS_OF_TYPE -> addExtensions(answer, question.getAllExtensionNumbersOfType());
            case MESSAGEREQUEST_NOT_SET ->
                addError(
                        answer,
                        ErrorCode.INVALID_ARGUMENT,
                        "question asks for nothing (expected: one of its fields set)");
        }
        return answer.build();
    }

    private static <K> void addFile(
            ServerReflectionResponse.Builder answer, Map<K, FileDescriptor> files, String kind, K key) {
        FileDescriptor file = files.get(key);
        if (file == null) {
            addError(answer, ErrorCode.NOT_FOUND, "no %s '%s'".formatted(kind, key));
            return;
        }
        Set<FileDescriptor> withImports = new LinkedHashSet<>();
        collect(file, withImports);
        List<ByteString> protos =
                withImports.stream().map(one -> one.toProto().toByteString()).toList();
        answer.setFileDescriptorResponse(FileDescriptorResponse.newBuilder().addAllFileDescriptorProto(protos));
    }

    private void addExtensions(ServerReflectionResponse.Builder answer, String type) {
        if (!filesBySymbol.containsKey(type)) {
            addError(answer, ErrorCode.NOT_FOUND, "no type '%s'".formatted(type));
            return;
        }
        answer.getAllExtensionNumbersResponseBuilder()
                .setBaseTypeName(type)
                .addAllExtensionNumber(
                        filesByExtension.getOrDefault(type, new TreeMap<>()).keySet());
    }

    private static void addError(ServerReflectionResponse.Builder answer, ErrorCode code, String text) {
        answer.setErrorResponse(
                ErrorResponse.newBuilder().setErrorCode(code.grpcStatus()).setErrorMessage(text));
    }

    private static void collect(FileDescriptor file, Set<FileDescriptor> into) {
        if (into.add(file)) {
            file.getDependencies().forEach(imported -> collect(imported, into));
        }
    }

    private void add(FileDescriptor file) {
        if (filesByName.putIfAbsent(file.getName(), file) != null) {
            return;
        }
        file.getDependencies().forEach(this::add);
        for (ServiceDescriptor service : file.getServices()) {
            filesBySymbol.put(service.getFullName(), file);
            for (MethodDescriptor method : service.getMethods()) {
                filesBySymbol.put(method.getFullName(), file);
            }
        }
        file.getMessageTypes().forEach(this::add);
        file.getEnumTypes().forEach(this::add);
        file.getExtensions().forEach(this::addExtension);
    }

    private void add(Descriptor type) {
        filesBySymbol.put(type.getFullName(), type.getFile());
        type.getFields().forEach(field -> filesBySymbol.put(field.getFullName(), type.getFile()));
        type.getNestedTypes().forEach(this::add);
        type.getEnumTypes().forEach(this::add);
        type.getExtensions().forEach(this::addExtension);
    }

    private void add(EnumDescriptor type) {
        filesBySymbol.put(type.getFullName(), type.getFile());
        type.getValues().forEach(value -> filesBySymbol.put(value.getFullName(), type.getFile()));
    }

    private void addExtension(FieldDescriptor extension) {
        filesBySymbol.put(extension.getFullName(), extension.getFile());
        filesByExtension
                .computeIfAbsent(extension.getContainingType().getFullName(), type -> new TreeMap<>())
                .put(extension.getNumber(), extension.getFile());
    }

    /** {@code file}, which imports nothing, with package {@code from} called {@code to}. */
    private static FileDescriptor renamed(FileDescriptor file, String from, String to) {
        FileDescriptorProto.Builder copy = file.toProto().toBuilder();
        copy.setName(to.replace('.', '/') + "/reflection.proto").setPackage(to);
        copy.getMessageTypeBuilderList()
                .forEach(type -> type.getFieldBuilderList().stream()
                        .filter(FieldDescriptorProto.Builder::hasTypeName)
                        .forEach(field -> field.setTypeName(renamed(field.getTypeName(), from, to))));
        copy.getServiceBuilderList()
                .forEach(service -> service.getMethodBuilderList()
                        .forEach(method -> method.setInputType(renamed(method.getInputType(), from, to))
                                .setOutputType(renamed(method.getOutputType(), from, to))));
        try {
            return FileDescriptor.buildFrom(
                    FileDescriptorProto.parseFrom(copy.build().toByteString()), new FileDescriptor[0]);
        } catch (DescriptorValidationException | InvalidProtocolBufferException e) {
            throw new IllegalStateException("reflection's own descriptor does not follow from v1's", e);
        }
    }

    private static String renamed(String typeName, String from, String to) {
        return typeName.startsWith("." + from + ".") ? "." + to + typeName.substring(from.length() + 1) : typeName;
    }
}
