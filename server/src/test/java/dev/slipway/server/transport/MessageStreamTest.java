package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.protocol.proto.inference.OpenInferenceProtos;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Methods that take several messages. */
@Timeout(60)
class MessageStreamTest {
    private static final MethodDescriptor<byte[], byte[]> STREAM = MethodDescriptor.newBuilder(new Bare(), new Bare())
            .setFullMethodName("inference.GRPCInferenceService/ModelStreamInfer")
            .setType(MethodDescriptor.MethodType.BIDI_STREAMING)
            .build();

    private final BlockingQueue<GrpcCall> taken = new LinkedBlockingQueue<>();
    private TestServer server = serving(TestServer.TIMEOUTS);
    private GrpcClient client = new GrpcClient(server.port());

    private static TestServer serving(TransportTimeouts timeouts) {
        return new TestServer(
                TestServer.LIMITS, timeouts, OpenInferenceProtos.getDescriptor().getServices());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private static final class Bare implements MethodDescriptor.Marshaller<byte[]> {
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
    }

    /** One stream of a client. */
    private final class Stream extends ClientCall.Listener<byte[]> {
        final ClientCall<byte[], byte[]> call;
        final BlockingQueue<byte[]> answers = new LinkedBlockingQueue<>();
        final CompletableFuture<Status> end = new CompletableFuture<>();

        Stream(CallOptions options, int answersWanted) {
            call = client.channel().newCall(STREAM, options);
            call.start(this, new Metadata());
            if (answersWanted > 0) {
                call.request(answersWanted);
            }
        }

        Stream() {
            this(CallOptions.DEFAULT, 1 << 20);
        }

        @Override
        public void onMessage(byte[] message) {
            answers.add(message);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            end.complete(status);
        }

        Stream send(String text) {
            call.sendMessage(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            return this;
        }

        String next() throws InterruptedException {
            byte[] answer = answers.poll(10, TimeUnit.SECONDS);
            assertThat(answer).as("answer").isNotNull();
            return new String(answer, java.nio.charset.StandardCharsets.UTF_8);
        }

        Status end() throws Exception {
            return end.get(20, TimeUnit.SECONDS);
        }
    }

    private void holdAll() {
        server.grpc = call -> {
            if (call.method().endsWith("ModelStreamInfer")) {
                taken.add(call);
            } else {
                call.reply(call.message());
            }
        };
    }

    private GrpcCall take() throws InterruptedException {
        GrpcCall call = taken.poll(10, TimeUnit.SECONDS);
        assertThat(call).as("message").isNotNull();
        return call;
    }

    private static String text(GrpcCall call) {
        return java.nio.charset.StandardCharsets.UTF_8
                .decode(call.message().duplicate())
                .toString();
    }

    @Test
    void handsMessagesOverInOrderAndSendsAnswersAsTheyCome() throws Exception {
        holdAll();
        Stream stream = new Stream().send("one").send("").send("three");
        GrpcCall one = take();
        GrpcCall two = take();
        GrpcCall three = take();
        assertThat(List.of(text(one), text(two), text(three))).containsExactly("one", "", "three");
        Object kept = one.companion(String.class, Object::new);
        assertThat(three.companion(String.class, Object::new)).isSameAs(kept);
        assertThat(two.companion(Integer.class, Object::new)).isNotSameAs(kept);

        three.reply(TestServer.bytes("third"));
        assertThat(stream.next()).isEqualTo("third");
        one.send(TestServer.bytes("first of two"));
        one.reply(TestServer.bytes("second of two"));
        assertThat(List.of(stream.next(), stream.next())).containsExactly("first of two", "second of two");

        stream.call.halfClose();
        two.end();
        assertThat(stream.end()).isEqualTo(Status.OK);
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void aMessageEndsWithWhatItsClientWasToldOfIt() throws Exception {
        holdAll();
        BlockingQueue<Integer> endings = new LinkedBlockingQueue<>();
        new Stream().send("one").send("two").send("three");
        List<GrpcCall> calls = List.of(take(), take(), take());
        calls.forEach(call -> call.context().ending(endings::add));

        calls.get(0).reply(TestServer.bytes("first"));
        assertThat(endings.poll(10, TimeUnit.SECONDS)).isZero();
        calls.get(1).fail(new SlipwayException(ErrorCode.RESOURCE_EXHAUSTED, "full"));
        assertThat(endings.poll(10, TimeUnit.SECONDS)).isEqualTo(ErrorCode.RESOURCE_EXHAUSTED.grpcStatus());
        calls.get(2).reply(TestServer.bytes("too late"));
        assertThat(endings.poll(10, TimeUnit.SECONDS)).as("nothing any more").isEqualTo(-1);
    }

    @Test
    void readsNoMoreThanItHasInHand() throws Exception {
        holdAll();
        Stream stream = new Stream();
        byte[] large = new byte[64 << 10];
        // 32 in hand are 2 MiB; beyond these a window of 1 MiB comes, and then the client has to wait.
        for (int i = 0; i < 200; i++) {
            stream.call.sendMessage(large);
        }
        stream.call.halfClose();
        TestServer.await(() -> taken.size() == StreamExchange.MESSAGES_MAX);
        TestServer.await(() -> server.transport.heldBytes() > 2 << 20);
        assertThat(client.check(new byte[] {1}))
                .as("another call of the connection")
                .isNotNull();
        assertThat(server.transport.heldBytes()).isLessThan(4 << 20);
        assertThat(taken).hasSize(StreamExchange.MESSAGES_MAX);

        for (int i = 0; i < 200; i++) {
            GrpcCall call = take();
            assertThat(call.message().remaining()).isEqualTo(large.length);
            call.reply(ByteBuffer.wrap(new byte[] {1}));
        }
        assertThat(stream.end()).isEqualTo(Status.OK);
        assertThat(stream.answers).hasSize(200);
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void waitsForAClientThatDoesNotReadItsAnswers() throws Exception {
        AtomicInteger handed = new AtomicInteger();
        server.grpc = call -> {
            handed.incrementAndGet();
            call.reply(ByteBuffer.wrap(new byte[256 << 10]));
        };
        Stream stream = new Stream(CallOptions.DEFAULT, 0);
        for (int i = 0; i < 400; i++) {
            stream.send("x");
        }
        TestServer.await(() -> handed.get() >= 17);
        assertThat(client.check(new byte[] {1})).isNotNull();
        assertThat(handed.get())
                .as("32 in hand, 4 MiB unread, and what the client buffers")
                .isLessThan(250);

        stream.call.request(400);
        stream.call.halfClose();
        assertThat(stream.end()).isEqualTo(Status.OK);
        assertThat(stream.answers).hasSize(400);
        assertThat(handed.get()).isEqualTo(401);
    }

    @Test
    void inflatesMessagesWithoutLettingOthersOvertakeThem() throws Exception {
        server.grpc =
                call -> call.reply(ByteBuffer.wrap(new byte[] {call.message().get(0)}));
        Stream stream = new Stream(CallOptions.DEFAULT.withCompression("gzip"), 1 << 20);
        for (int i = 0; i < 20; i++) {
            byte[] message = new byte[i % 2 == 0 ? 300 << 10 : 10];
            message[0] = (byte) i;
            stream.call.setMessageCompression(i % 4 != 3);
            stream.call.sendMessage(message);
        }
        for (int i = 0; i < 20; i++) {
            byte[] answer = stream.answers.poll(10, TimeUnit.SECONDS);
            assertThat(answer).containsExactly(i);
        }
        stream.call.halfClose();
        assertThat(stream.end()).isEqualTo(Status.OK);
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void tellsEachMessageInHandThatTheClientIsGone() throws Exception {
        holdAll();
        Stream stream = new Stream().send("one").send("two");
        GrpcCall one = take();
        GrpcCall two = take();
        CountDownLatch told = new CountDownLatch(2);
        one.onCancel(told::countDown);
        two.onCancel(told::countDown);
        stream.call.cancel("enough", null);

        assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(one.isCancelled()).isTrue();
        one.reply(TestServer.bytes("nobody reads this"));
        two.fail(new SlipwayException(ErrorCode.CANCELLED, "gone"));
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void aFailedMessageEndsTheStreamWithItsError() throws Exception {
        server.grpc = call -> {
            throw new SlipwayException(ErrorCode.FAILED_PRECONDITION, "not this one");
        };
        Status end = new Stream().send("one").end();
        assertThat(end.getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
        assertThat(end.getDescription()).isEqualTo("not this one");
    }

    @Test
    void refusesAMessageThatIsTooLargeByItsLength() throws Exception {
        Stream stream = new Stream();
        stream.call.sendMessage(new byte[TestServer.LIMITS.bodyBytesMax()]);
        assertThat(stream.end().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void aStreamHasTheDeadlineThatItsClientSets() throws Exception {
        holdAll();
        Stream stream = new Stream(CallOptions.DEFAULT.withDeadlineAfter(300, TimeUnit.MILLISECONDS), 10);
        stream.send("one");
        GrpcCall one = take();
        assertThat(one.deadline().remainingNanos(System.nanoTime())).isLessThan(300_000_000);
        assertThat(stream.end().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        TestServer.await(one::isCancelled);
        one.end();
    }

    @Test
    void aStreamMayBeSilentForLongerThanARequestMayTake() throws Exception {
        server.close();
        client.close();
        server = serving(TestServer.impatient(Duration.ofMillis(100)));
        client = new GrpcClient(server.port());
        Stream stream = new Stream().send("a");
        assertThat(stream.next()).isEqualTo("a");
        CountDownLatch later = new CountDownLatch(1);
        CompletableFuture.delayedExecutor(400, TimeUnit.MILLISECONDS).execute(later::countDown);
        assertThat(later.await(10, TimeUnit.SECONDS)).isTrue();
        stream.send("b").call.halfClose();
        assertThat(stream.next()).isEqualTo("b");
        assertThat(stream.end()).isEqualTo(Status.OK);
    }

    @Test
    void stoppingLetsWhatIsInHandFinishAndThenEndsTheStream() throws Exception {
        holdAll();
        Stream busy = new Stream().send("one");
        GrpcCall one = take();
        Stream silent = new Stream().send("two");
        GrpcCall two = take();
        two.reply(TestServer.bytes("2"));
        assertThat(silent.next()).isEqualTo("2");

        CompletableFuture<Boolean> stopped =
                CompletableFuture.supplyAsync(() -> server.transport.stop(Duration.ofSeconds(20)));
        assertThat(silent.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(busy.end).isNotDone();
        one.reply(TestServer.bytes("1"));
        assertThat(busy.next()).isEqualTo("1");
        assertThat(busy.end().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(stopped.get(20, TimeUnit.SECONDS)).isTrue();
    }
}
