package dev.slipway.server;

import com.google.protobuf.Message;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.inference.ModelStreamInferResponse;
import dev.slipway.server.tls.Certificates;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.netty.pkitesting.X509Bundle;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A real gRPC client, without generated stubs. */
public final class GrpcClient implements AutoCloseable {
    private static final MethodDescriptor<ModelInferRequest, ModelInferResponse> INFER = describe(
            "inference.GRPCInferenceService/ModelInfer",
            MethodDescriptor.MethodType.UNARY,
            ModelInferRequest.getDefaultInstance(),
            ModelInferResponse.getDefaultInstance());
    private static final MethodDescriptor<ModelInferRequest, ModelStreamInferResponse> STREAM_INFER = describe(
            "inference.GRPCInferenceService/ModelStreamInfer",
            MethodDescriptor.MethodType.BIDI_STREAMING,
            ModelInferRequest.getDefaultInstance(),
            ModelStreamInferResponse.getDefaultInstance());

    private final ManagedChannel channel;
    private final Channel calls;

    public GrpcClient(int port) {
        channel = NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .maxInboundMessageSize(Integer.MAX_VALUE)
                .build();
        calls = channel;
    }

    /** @param own null to show none */
    public static GrpcClient secure(int port, X509Bundle authority, @Nullable X509Bundle own) {
        ManagedChannel channel = NettyChannelBuilder.forAddress("localhost", port)
                .sslContext(Certificates.forGrpc(authority, own))
                .build();
        return new GrpcClient(channel, channel);
    }

    private GrpcClient(ManagedChannel channel, Channel calls) {
        this.channel = channel;
        this.calls = calls;
    }

    public ManagedChannel channel() {
        return channel;
    }

    /** @param empty an instance of the answer's type */
    @SuppressWarnings("unchecked")
    public <T extends Message> T call(String method, Message request, T empty) {
        MethodDescriptor<Message, T> descriptor = (MethodDescriptor<Message, T>) (MethodDescriptor<?, ?>)
                describe(method, MethodDescriptor.MethodType.UNARY, request.getDefaultInstanceForType(), empty);
        return ClientCalls.blockingUnaryCall(
                calls, descriptor, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS), request);
    }

    /** Begins to ask, by ModelInfer of Open Inference; whoever has the future may cancel it. */
    public Future<ModelInferResponse> infer(ModelInferRequest request, Duration timeout) {
        CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS);
        return ClientCalls.futureUnaryCall(calls.newCall(INFER, options), request);
    }

    /** A stream of a client of Triton's, to be started. */
    public ClientCall<ModelInferRequest, ModelStreamInferResponse> inferStream() {
        return calls.newCall(STREAM_INFER, CallOptions.DEFAULT);
    }

    /** The same connection, on which calls carry a metadata key as well. */
    public GrpcClient with(String key, String value) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of(key, Metadata.ASCII_STRING_MARSHALLER), value);
        return new GrpcClient(
                channel, ClientInterceptors.intercept(calls, MetadataUtils.newAttachHeadersInterceptor(metadata)));
    }

    /** The same connection; {@code heads} is given the metadata before each answer. */
    public GrpcClient heard(AtomicReference<Metadata> heads) {
        ClientInterceptor capture = MetadataUtils.newCaptureMetadataInterceptor(heads, new AtomicReference<Metadata>());
        return new GrpcClient(channel, ClientInterceptors.intercept(channel, capture));
    }

    /** @param empty an instance of the answers' type */
    @SuppressWarnings("unchecked")
    public <T extends Message> Iterator<T> stream(String method, Message request, T empty) {
        MethodDescriptor<Message, T> descriptor = (MethodDescriptor<Message, T>) (MethodDescriptor<?, ?>) describe(
                method, MethodDescriptor.MethodType.SERVER_STREAMING, request.getDefaultInstanceForType(), empty);
        return ClientCalls.blockingServerStreamingCall(channel, descriptor, CallOptions.DEFAULT, request);
    }

    private static <Q extends Message, A extends Message> MethodDescriptor<Q, A> describe(
            String method, MethodDescriptor.MethodType type, Q request, A answer) {
        return MethodDescriptor.<Q, A>newBuilder()
                .setType(type)
                .setFullMethodName(method)
                .setRequestMarshaller(ProtoUtils.marshaller(request))
                .setResponseMarshaller(ProtoUtils.marshaller(answer))
                .build();
    }

    /** Sends bytes that may be no message at all. */
    public byte[] callRaw(String method, byte[] request) {
        MethodDescriptor.Marshaller<byte[]> asIs = new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(byte[] value) {
                return new ByteArrayInputStream(value);
            }

            @Override
            public byte[] parse(InputStream stream) {
                try {
                    return stream.readAllBytes();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        };
        MethodDescriptor<byte[], byte[]> descriptor = MethodDescriptor.<byte[], byte[]>newBuilder()
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(method)
                .setRequestMarshaller(asIs)
                .setResponseMarshaller(asIs)
                .build();
        return ClientCalls.blockingUnaryCall(
                channel, descriptor, CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS), request);
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
