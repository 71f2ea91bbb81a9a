package dev.slipway.interop;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * What grpcurl does: a client that was told nothing but where the server is. It lists the services, asks for all that
 * they are made of, and calls methods with messages written as JSON.
 */
final class ReflectionClient {
    private final ManagedChannel channel;
    private final BlockingQueue<ServerReflectionResponse> answers = new LinkedBlockingQueue<>();
    private final StreamObserver<ServerReflectionRequest> questions;
    private final Map<String, FileDescriptorProto> protos = new HashMap<>();
    private final Map<String, FileDescriptor> files = new HashMap<>();

    private ReflectionClient(String target) {
        channel = ManagedChannelBuilder.forTarget(target).usePlaintext().build();
        questions = ServerReflectionGrpc.newStub(channel).serverReflectionInfo(new StreamObserver<>() {
            @Override
            public void onNext(ServerReflectionResponse answer) {
                answers.add(answer);
            }

            @Override
            public void onError(Throwable failure) {
                System.out.println("reflection\tfailed: " + failure);
            }

            @Override
            public void onCompleted() {}
        });
    }

    /** @param arguments the target, then pairs of a method and of its request as JSON */
    public static void main(String[] arguments) throws Exception {
        ReflectionClient client = new ReflectionClient(arguments[0]);
        List<String> services = client.services();
        Report.print("list", () -> String.join(" ", services));
        for (String service : services) {
            Report.print("describe " + service, () -> client.described(service));
        }
        for (int at = 1; at < arguments.length; at += 2) {
            String method = arguments[at];
            String request = arguments[at + 1];
            Report.print("call " + method, () -> client.call(method, request));
        }
        client.questions.onCompleted();
        client.channel.shutdown().awaitTermination(10, TimeUnit.SECONDS);
    }

    private ServerReflectionResponse ask(ServerReflectionRequest.Builder question) throws InterruptedException {
        questions.onNext(question.build());
        ServerReflectionResponse answer = answers.poll(20, TimeUnit.SECONDS);
        if (answer == null || answer.hasErrorResponse()) {
            throw new IllegalStateException("%s is answered with %s".formatted(question, answer));
        }
        return answer;
    }

    private List<String> services() throws InterruptedException {
        return ask(ServerReflectionRequest.newBuilder().setListServices("*"))
                .getListServicesResponse()
                .getServiceList()
                .stream()
                .map(service -> service.getName())
                .toList();
    }

    private String described(String service) throws Exception {
        return service(service).getMethods().stream()
                .map(method -> "%s(%s%s)%s%s"
                        .formatted(
                                method.getName(),
                                method.isClientStreaming() ? "stream " : "",
                                method.getInputType().getFullName(),
                                method.isServerStreaming() ? " stream " : " ",
                                method.getOutputType().getFullName()))
                .collect(Collectors.joining("; "));
    }

    private String call(String name, String json) throws Exception {
        int slash = name.indexOf('/');
        MethodDescriptor method = service(name.substring(0, slash)).findMethodByName(name.substring(slash + 1));
        TypeRegistry types = types();
        DynamicMessage.Builder request = DynamicMessage.newBuilder(method.getInputType());
        JsonFormat.parser().usingTypeRegistry(types).merge(json, request);
        var described = io.grpc.MethodDescriptor.newBuilder(
                        ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())),
                        ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
                .setType(
                        method.isServerStreaming()
                                ? io.grpc.MethodDescriptor.MethodType.SERVER_STREAMING
                                : io.grpc.MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(name)
                .build();
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS);
        Iterator<DynamicMessage> answered =
                ClientCalls.blockingServerStreamingCall(channel, described, options, request.build());
        return JsonFormat.printer()
                .usingTypeRegistry(types)
                .omittingInsignificantWhitespace()
                .print(answered.next());
    }

    /** What may lie in an Any: the server names it, and knows its file too. */
    private TypeRegistry types() throws Exception {
        Descriptor signatures = file("tensorflow.serving.SignatureDefMap").findMessageTypeByName("SignatureDefMap");
        return TypeRegistry.newBuilder().add(signatures).build();
    }

    private ServiceDescriptor service(String name) throws Exception {
        return file(name).findServiceByName(name.substring(name.lastIndexOf('.') + 1));
    }

    private FileDescriptor file(String symbol) throws Exception {
        List<FileDescriptorProto> found =
                taken(ask(ServerReflectionRequest.newBuilder().setFileContainingSymbol(symbol)));
        return built(found.get(0).getName());
    }

    private List<FileDescriptorProto> taken(ServerReflectionResponse answer) throws InvalidProtocolBufferException {
        List<FileDescriptorProto> taken = new ArrayList<>();
        for (ByteString bytes : answer.getFileDescriptorResponse().getFileDescriptorProtoList()) {
            FileDescriptorProto file = FileDescriptorProto.parseFrom(bytes);
            protos.put(file.getName(), file);
            taken.add(file);
        }
        return taken;
    }

    private FileDescriptor built(String name) throws Exception {
        FileDescriptor known = files.get(name);
        if (known != null) {
            return known;
        }
        if (!protos.containsKey(name)) {
            taken(ask(ServerReflectionRequest.newBuilder().setFileByFilename(name)));
        }
        FileDescriptorProto proto = protos.get(name);
        List<FileDescriptor> dependencies = new ArrayList<>();
        for (String dependency : proto.getDependencyList()) {
            dependencies.add(built(dependency));
        }
        return link(proto, dependencies);
    }

    private FileDescriptor link(FileDescriptorProto proto, List<FileDescriptor> dependencies)
            throws DescriptorValidationException {
        FileDescriptor file = FileDescriptor.buildFrom(proto, dependencies.toArray(FileDescriptor[]::new));
        files.put(proto.getName(), file);
        return file;
    }
}
