package dev.slipway.interop;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/** The JDK's own HTTP client as it is unless told otherwise: it offers to upgrade to HTTP/2 with its first request. */
final class JdkClient {
    private final URI predict;

    private JdkClient(URI predict) {
        this.predict = predict;
    }

    /** @param arguments one: {@code host:port} */
    public static void main(String[] arguments) {
        new JdkClient(URI.create("http://" + arguments[0] + "/v1/models/times:predict")).askAll();
        // Its threads are no daemons in some versions.
        System.exit(0);
    }

    private void askAll() {
        for (int rows : new int[] {1, 10_000, 500_000}) {
            Report.print("post " + rows, () -> shown(post(BodyPublishers.ofString(body(rows)), false)));
            Report.print("continue " + rows, () -> shown(post(BodyPublishers.ofString(body(rows)), true)));
            Report.print(
                    "stream " + rows,
                    () -> shown(post(
                            BodyPublishers.ofInputStream(
                                    () -> new ByteArrayInputStream(body(rows).getBytes(StandardCharsets.UTF_8))),
                            false)));
        }
        Report.print("together", this::together);
    }

    private HttpRequest request(BodyPublisher body, boolean expectsContinue) {
        return HttpRequest.newBuilder(predict)
                .timeout(Duration.ofSeconds(30))
                .expectContinue(expectsContinue)
                .POST(body)
                .build();
    }

    private HttpResponse<String> post(BodyPublisher body, boolean expectsContinue) throws Exception {
        return HttpClient.newHttpClient().send(request(body, expectsContinue), BodyHandlers.ofString());
    }

    private String together() {
        HttpClient client = HttpClient.newHttpClient();
        List<CompletableFuture<HttpResponse<String>>> asked = IntStream.range(0, 200)
                .mapToObj(at -> client.sendAsync(
                        request(BodyPublishers.ofString(body(1 + at % 3)), false), BodyHandlers.ofString()))
                .toList();
        return asked.stream()
                        .map(CompletableFuture::join)
                        .filter(answer -> answer.statusCode() == 200)
                        .count() + " right";
    }

    private static String body(int rows) {
        return "{\"instances\": [" + String.join(",", Collections.nCopies(rows, "[1,1]")) + "]}";
    }

    private static String shown(HttpResponse<String> answer) {
        return "%d %d rows".formatted(answer.statusCode(), answer.body().split("\\[2.0,", -1).length - 1);
    }
}
