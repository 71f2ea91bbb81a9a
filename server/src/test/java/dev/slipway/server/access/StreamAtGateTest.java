package dev.slipway.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.access.AccessRules;
import dev.slipway.access.Authenticator;
import dev.slipway.access.Credentials;
import dev.slipway.access.Principal;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.proto.inference.ModelInferRequest;
import dev.slipway.protocol.proto.inference.OpenInferenceProtos;
import dev.slipway.server.Await;
import dev.slipway.server.GrpcClient;
import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.Transport;
import dev.slipway.server.transport.TransportLimits;
import dev.slipway.server.transport.TransportOptions;
import dev.slipway.server.transport.TransportTimeouts;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.protobuf.ProtoUtils;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages of one stream, of which the first brings a token that nobody knows yet. */
@Timeout(60)
class StreamAtGateTest {
    private static final String SERVICE = "inference.GRPCInferenceService/";
    private static final ModelInferRequest NONE = ModelInferRequest.getDefaultInstance();
    private static final MethodDescriptor<ModelInferRequest, ModelInferRequest> STREAM = MethodDescriptor.newBuilder(
                    ProtoUtils.marshaller(NONE), ProtoUtils.marshaller(NONE))
            .setFullMethodName(SERVICE + "ModelStreamInfer")
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .build();
    private static final Principal ANN = new Principal("token:ann", Set.of(), Set.of());

    /** Of messages of the stream, as they come to the router. */
    private final List<String> handled = new CopyOnWriteArrayList<>();
    /** What waits to be known. */
    private final BlockingQueue<Runnable> aside = new LinkedBlockingQueue<>();

    private final AtomicBoolean isSeen = new AtomicBoolean();
    private volatile boolean isGood = true;

    private Transport transport;
    private GrpcClient client;

    /** Knows at once all but the token "new" where that comes for the first time. */
    private final class Slow implements Authenticator {
        @Override
        public boolean takes(Credentials credentials) {
            return true;
        }

        @Override
        public @Nullable Principal known(Credentials credentials) {
            boolean isNew = "new".equals(credentials.bearer()) && !isSeen.getAndSet(true);
            return isNew ? null : ANN;
        }

        @Override
        public Principal authenticate(Credentials credentials) {
            if (!isGood) {
                throw new SlipwayException(ErrorCode.UNAUTHENTICATED, "the token is forged");
            }
            return ANN;
        }
    }

    @BeforeEach
    void start() {
        AccessRules rules = new AccessRules(Map.of(), Map.of(ANN.name(), Set.of("caller")));
        Policy policy = new Policy(new Slow(), rules, null, Set.of());
        Gate gate = new Gate(
                () -> policy,
                (request, reply) -> reply.send(404, "text/plain", Map.of(), ByteBuffer.allocate(0)),
                this::echo,
                (work, refused) -> aside.add(work));
        transport = new Transport(
                new TransportOptions("127.0.0.1", List.of(0), 1, TransportLimits.defaults(), TransportTimeouts.DEFAULT),
                gate,
                gate,
                OpenInferenceProtos.getDescriptor().getServices());
        client = new GrpcClient(transport.start().get(0));
    }

    @AfterEach
    void stop() {
        client.close();
        transport.stop(Duration.ofMillis(200));
    }

    private void echo(GrpcCall call) {
        byte[] bytes = new byte[call.message().remaining()];
        call.message().duplicate().get(bytes);
        if (call.isOfStream()) {
            try {
                handled.add(ModelInferRequest.parseFrom(bytes).getId());
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
        call.reply(ByteBuffer.wrap(bytes));
    }

    private static final class Answers implements StreamObserver<ModelInferRequest> {
        final List<String> ids = new CopyOnWriteArrayList<>();
        final CompletableFuture<Status> end = new CompletableFuture<>();

        @Override
        public void onNext(ModelInferRequest answer) {
            ids.add(answer.getId());
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }

    /** Three messages in one burst. */
    private Answers burst() {
        Metadata shown = new Metadata();
        shown.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer new");
        Channel channel =
                ClientInterceptors.intercept(client.channel(), MetadataUtils.newAttachHeadersInterceptor(shown));
        Answers answers = new Answers();
        StreamObserver<ModelInferRequest> stream =
                ClientCalls.asyncBidiStreamingCall(channel.newCall(STREAM, CallOptions.DEFAULT), answers);
        for (String id : List.of("one", "two", "three")) {
            stream.onNext(ModelInferRequest.newBuilder().setId(id).build());
        }
        stream.onCompleted();
        return answers;
    }

    /** What was sent before on the connection has come when this is answered. */
    private void fence() {
        client.with("authorization", "Bearer known").call(SERVICE + "ModelInfer", NONE, NONE);
    }

    @Test
    void noneOvertakesOneThatWaits() throws Exception {
        Answers answers = burst();
        Runnable waits = aside.take();
        fence();
        assertThat(handled).isEmpty();

        waits.run();
        assertThat(answers.end.get(20, TimeUnit.SECONDS)).isEqualTo(Status.OK);
        assertThat(handled).containsExactly("one", "two", "three");
        assertThat(answers.ids).containsExactly("one", "two", "three");
        assertThat(aside).isEmpty();
    }

    @Test
    void aRefusalEndsTheStreamAndNothingIsKept() throws Exception {
        isGood = false;
        Answers answers = burst();
        Runnable waits = aside.take();
        fence();

        waits.run();
        assertThat(answers.end.get(20, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.UNAUTHENTICATED);
        Await.until(() -> transport.heldBytes() == 0, "what was read is let go");
    }
}
