package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

class GrpcTransportTest {
    private final TestServer server = new TestServer();
    private final GrpcClient client = new GrpcClient(server.port());

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 1000, 20_000, 1_000_000})
    void echoesMessages(int bytes) {
        byte[] message = new byte[bytes];
        new Random(bytes).nextBytes(message);

        assertThat(client.check(message)).isEqualTo(message);
        assertThat(client.with(CallOptions.DEFAULT.withCompression("gzip")).check(message))
                .isEqualTo(message);
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void servesEveryPort() {
        try (GrpcClient other = new GrpcClient(server.ports.get(1))) {
            assertThat(other.check(new byte[] {1})).isEqualTo(new byte[] {1});
        }
    }

    @Test
    void handsTheCallOverAsItWasMade() {
        server.grpc = call -> server.threads.execute(() -> {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(call.deadline().remainingNanos(System.nanoTime()));
            String text = "%s %s %d s".formatted(call.method(), call.metadata("x-one"), (seconds + 4) / 5 * 5);
            call.reply(TestServer.bytes(text));
        });
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("x-one", Metadata.ASCII_STRING_MARSHALLER), "1");

        byte[] answer = ClientCalls.blockingUnaryCall(
                io.grpc.ClientInterceptors.intercept(
                        client.channel(), MetadataUtils.newAttachHeadersInterceptor(metadata)),
                GrpcClient.CHECK,
                CallOptions.DEFAULT.withDeadlineAfter(100, TimeUnit.SECONDS),
                new byte[0]);

        assertThat(new String(answer, StandardCharsets.UTF_8)).isEqualTo("grpc.health.v1.Health/Check 1 100 s");
        assertThat(new String(client.check(new byte[0]), StandardCharsets.UTF_8))
                .isEqualTo("grpc.health.v1.Health/Check null 30 s");
    }

    @ParameterizedTest
    @EnumSource(value = ErrorCode.class, mode = Mode.EXCLUDE, names = "OK")
    void endsWithTheErrorOfTheHandler(ErrorCode code) {
        String text = "model 'Größe 100%' is\nnone \uD83D\uDE00";
        server.grpc = call -> call.fail(new SlipwayException(code, text));

        assertThatThrownBy(() -> client.check(new byte[1]))
                .isInstanceOfSatisfying(StatusRuntimeException.class, error -> {
                    assertThat(error.getStatus().getCode().value()).isEqualTo(code.grpcStatus());
                    assertThat(error.getStatus().getDescription()).isEqualTo(text);
                });
    }

    @Test
    void endsWithWhatTheHandlerThrows() {
        server.grpc = call -> {
            throw new SlipwayException(ErrorCode.NOT_FOUND, "none");
        };
        assertStatus(() -> client.check(new byte[1]), Status.Code.NOT_FOUND, "none");

        server.grpc = call -> {
            throw new AssertionError("oops");
        };
        assertStatus(
                () -> client.check(new byte[1]),
                Status.Code.INTERNAL,
                "internal error: java.lang.AssertionError: oops");
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void namesTheServicesToAClientThatAsksForAnother() {
        assertStatus(
                () -> client.call("a.B/C", new byte[1]),
                Status.Code.UNIMPLEMENTED,
                "no method 'a.B/C' (services: grpc.health.v1.Health, grpc.reflection.v1.ServerReflection,"
                        + " grpc.reflection.v1alpha.ServerReflection)");
        assertStatus(
                () -> client.call("grpc.health.v1.Health/Chek", new byte[1]),
                Status.Code.UNIMPLEMENTED,
                "no method 'grpc.health.v1.Health/Chek' (grpc.health.v1.Health has: Check, Watch)");
    }

    @Test
    void refusesAMessageThatIsTooLarge() {
        int most = TestServer.LIMITS.bodyBytesMax();
        assertStatus(
                () -> client.check(new byte[most]),
                Status.Code.RESOURCE_EXHAUSTED,
                "body is too large (expected: at most 1048576 bytes)");
        assertStatus(
                () -> client.with(CallOptions.DEFAULT.withCompression("gzip")).check(new byte[20 * most]),
                Status.Code.RESOURCE_EXHAUSTED,
                "body is too large (expected: at most 1048576 bytes)");
        assertThat(client.check(new byte[most - 5])).hasSize(most - 5);
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void endsACallPastItsDeadlineAndTellsTheHandler() throws Exception {
        CompletableFuture<GrpcCall> seen = new CompletableFuture<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        server.grpc = call -> {
            call.onCancel(cancelled::countDown);
            seen.complete(call);
        };

        // On a busy machine a call's time can be over before it is sent; then the next one is given more.
        for (int millis = 30; !seen.isDone() && millis < 10_000; millis *= 2) {
            CallOptions options = CallOptions.DEFAULT.withDeadlineAfter(millis, TimeUnit.MILLISECONDS);
            assertStatus(() -> client.with(options).check(new byte[9]), Status.Code.DEADLINE_EXCEEDED, null);
        }

        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(seen.get().isCancelled()).isTrue();
        seen.get().reply(TestServer.bytes("late"));
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void endsACallWhoseClientDoesNotWatchItsOwnDeadline() throws Exception {
        server.grpc = call -> {};
        byte[] head =
                RawClient.frame(1, 4, 1, RawClient.concat(callHeaders(), RawClient.headers("grpc-timeout", "20m")));
        try (RawClient raw = new RawClient(server.port())) {
            raw.send(RawClient.HTTP2_HELLO).send(head).send(RawClient.frame(0, 1, 1, new byte[5]));
            assertThat(raw.readTo("no answer within 20 ms")).contains("grpc-message");
        }
    }

    @Test
    void sendsGoawayForBrokenFramesAlsoWhileACallIsOpen() throws Exception {
        CompletableFuture<GrpcCall> seen = new CompletableFuture<>();
        server.grpc = seen::complete;
        byte[] head = RawClient.frame(1, 4, 1, callHeaders());
        byte[] message = RawClient.frame(0, 1, 1, new byte[5]);
        byte[] dataOnNoStream = RawClient.frame(0, 0, 0, new byte[1]);
        byte[] goaway = {0, 0, 8, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1};
        try (RawClient raw = new RawClient(server.port())) {
            raw.send(RawClient.HTTP2_HELLO).send(head).send(message);
            GrpcCall call = seen.get(10, TimeUnit.SECONDS);
            raw.send(dataOnNoStream);

            assertThat(raw.readAll()).endsWith(new String(goaway, StandardCharsets.ISO_8859_1));
            TestServer.await(call::isCancelled);
            call.reply(TestServer.bytes("late"));
        }
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @ParameterizedTest
    @CsvSource({"1x", "123456789S", "S", "-1S"})
    void refusesATimeoutThatIsNone(String timeout) {
        assertThat(GrpcTimeout.parse(timeout)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"3H, 10800000", "2M, 120000", "10S, 10000", "250m, 250", "99999999u, 99999", "5000000n, 5"})
    void readsATimeoutInAllItsUnits(String timeout, long millis) {
        assertThat(GrpcTimeout.parse(timeout))
                .isNotNull()
                .satisfies(read -> assertThat(read.toMillis()).isEqualTo(millis));
    }

    @Test
    void tellsTheHandlerThatTheClientCancelled() throws Exception {
        CompletableFuture<GrpcCall> seen = new CompletableFuture<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        server.grpc = call -> {
            call.onCancel(cancelled::countDown);
            seen.complete(call);
        };
        var future = ClientCalls.futureUnaryCall(
                client.channel().newCall(GrpcClient.CHECK, CallOptions.DEFAULT), new byte[9]);
        GrpcCall call = seen.get(10, TimeUnit.SECONDS);
        assertThat(call.isCancelled()).isFalse();

        future.cancel(true);

        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(call.isCancelled()).isTrue();
        call.fail(new SlipwayException(ErrorCode.CANCELLED, "cancelled"));
        TestServer.await(() -> server.transport.heldBytes() == 0);
    }

    @Test
    void streamsAnswersUntilTheHandlerEnds() {
        server.grpc = call -> server.threads.execute(() -> {
            for (int at = 0; at < 1000; at++) {
                call.send(TestServer.bytes("answer " + at));
            }
            call.end();
        });

        List<String> answers = new ArrayList<>();
        client.watch(new byte[1]).forEachRemaining(bytes -> answers.add(new String(bytes, StandardCharsets.UTF_8)));

        assertThat(answers).hasSize(1000).startsWith("answer 0", "answer 1").endsWith("answer 999");
    }

    @Test
    void endsAStreamOfAnswersWithAnError() {
        server.grpc = call -> {
            call.send(TestServer.bytes("one"));
            call.fail(new SlipwayException(ErrorCode.ABORTED, "enough"));
        };
        Iterator<byte[]> answers = client.watch(new byte[1]);

        assertThat(answers.next()).isEqualTo("one".getBytes(StandardCharsets.UTF_8));
        assertStatus(answers::next, Status.Code.ABORTED, "enough");
    }

    @Test
    void aStreamHasNoDeadlineButItsClientsAndItsCancellationIsTold() throws Exception {
        CompletableFuture<GrpcCall> seen = new CompletableFuture<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        server.grpc = call -> {
            call.onCancel(cancelled::countDown);
            call.send(TestServer.bytes("one"));
            seen.complete(call);
        };
        io.grpc.Context.CancellableContext context = io.grpc.Context.current().withCancellation();
        Iterator<byte[]> answers = context.call(() -> client.watch(new byte[1]));
        answers.next();
        Deadline deadline = seen.get(10, TimeUnit.SECONDS).deadline();
        assertThat(deadline.remainingNanos(System.nanoTime()))
                .isGreaterThan(Duration.ofDays(365).toNanos());

        context.cancel(null);

        assertThat(cancelled.await(10, TimeUnit.SECONDS)).isTrue();
        seen.get().send(TestServer.bytes("two"));
        seen.get().end();
    }

    @Test
    void cancelsAStreamWhoseClientDoesNotRead() throws Exception {
        CountDownLatch cancelled = new CountDownLatch(1);
        server.grpc = call -> {
            call.onCancel(cancelled::countDown);
            byte[] large = new byte[100_000];
            server.threads.execute(() -> {
                while (!call.isCancelled()) {
                    call.send(java.nio.ByteBuffer.wrap(large));
                    Thread.onSpinWait();
                }
            });
        };
        Iterator<byte[]> answers = client.watch(new byte[1]);
        assertThat(answers.next()).hasSize(100_000);

        assertThat(cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @ParameterizedTest(name = "{0} over HTTP/1.1 is {1}")
    @CsvSource({"application/grpc, 505", "application/grpc-web, 505"})
    void tellsAClientOfHttp1ThatGrpcNeedsHttp2(String type, int status) throws Exception {
        try (RawClient raw = new RawClient(server.port())) {
            String answer = raw.send("POST /grpc.health.v1.Health/Check HTTP/1.1\r\nhost: a\r\ncontent-type: " + type
                            + "\r\nconnection: close\r\ncontent-length: 5\r\n\r\n\0\0\0\0\0")
                    .readAll();
            assertThat(answer)
                    .startsWith("HTTP/1.1 " + status)
                    .endsWith("{\"error\": \"gRPC came over HTTP_1_1 (expected: HTTP/2)\"}");
        }
    }

    private static byte[] callHeaders() {
        return RawClient.headers(
                ":method", "POST",
                ":scheme", "http",
                ":path", "/grpc.health.v1.Health/Check",
                ":authority", "a",
                "content-type", "application/grpc");
    }

    private static void assertStatus(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Status.Code code, String text) {
        assertThatThrownBy(call).isInstanceOfSatisfying(StatusRuntimeException.class, error -> {
            assertThat(error.getStatus().getCode()).isEqualTo(code);
            if (text != null) {
                assertThat(error.getStatus().getDescription()).isEqualTo(text);
            }
        });
    }
}
