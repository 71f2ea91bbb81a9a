package dev.slipway.server.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {
    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);

    private final TestServer server = new TestServer();

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}, {1} us: {2} s, {3} ms")
    @CsvSource({
        "RESOURCE_EXHAUSTED, 0,       1, 0",
        "RESOURCE_EXHAUSTED, 1,       1, 1",
        "UNAVAILABLE,        1000000, 1, 1000",
        "UNAVAILABLE,        1000001, 2, 1001",
        "RESOURCE_EXHAUSTED, 7200000, 8, 7200",
        "INTERNAL,           2000000,  , 2000",
        "INVALID_ARGUMENT,   0,        , 0"
    })
    void roundsUp(ErrorCode code, long micros, String seconds, long millis) {
        SlipwayException error = SlipwayException.passing(code, "full", Duration.ofNanos(micros * 1000));
        assertThat(RetryAfter.headers(error)).isEqualTo(seconds == null ? Map.of() : Map.of("Retry-After", seconds));
        assertThat(RetryAfter.millis(error)).isEqualTo(millis);
    }

    @Test
    void tellsRestClients() throws Exception {
        server.rest = (request, reply) -> {
            throw SlipwayException.passing(ErrorCode.RESOURCE_EXHAUSTED, "full", Duration.ofMillis(2500));
        };
        HttpResponse<String> response = get();
        assertThat(response.statusCode()).isEqualTo(429);
        assertThat(response.headers().firstValue("retry-after")).contains("3");
    }

    private HttpResponse<String> get() throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(server.url("/x"))).build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void tellsGrpcClientsOfErrorsThatAreAnswered() {
        server.grpc = call -> server.threads.execute(
                () -> call.fail(SlipwayException.passing(ErrorCode.UNAVAILABLE, "full", Duration.ofMillis(250))));
        assertThat(pushback()).isEqualTo("250");
    }

    @Test
    void tellsGrpcClientsOfErrorsThatAreThrown() {
        server.grpc = call -> {
            throw SlipwayException.passing(ErrorCode.RESOURCE_EXHAUSTED, "full", Duration.ofMillis(40));
        };
        assertThat(pushback()).isEqualTo("40");
        server.grpc = call -> call.fail(new SlipwayException(ErrorCode.RESOURCE_EXHAUSTED, "too much"));
        assertThat(pushback()).isNull();
    }

    private String pushback() {
        try (GrpcClient client = new GrpcClient(server.port())) {
            StatusRuntimeException error =
                    catchThrowableOfType(StatusRuntimeException.class, () -> client.check(new byte[0]));
            Metadata trailers = error.getTrailers();
            return trailers == null ? null : trailers.get(PUSHBACK);
        }
    }
}
