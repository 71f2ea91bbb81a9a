package dev.slipway.server.endpoint.torchserve;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.TestModels;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Predictions as clients of MXNet Model Server and TorchServe ask for them. */
@Timeout(120)
class PredictionsTest {
    private static final String IRIS = "[5.1, 3.5, 1.4, 0.2]";
    private static final String SETOSA = "[{\"class\":\"setosa\",\"probability\":0.98";

    @TempDir
    static Path folder;

    @RegisterExtension
    static final SlipwayExtension SLIPWAY = SlipwayExtension.serving(PredictionsTest::models);

    private static Path models() {
        try {
            TestModels.write(folder.resolve("echo"), TestModels.echo());
            TestModels.write(folder.resolve("times/1"), TestModels.times(2, 3));
            for (String example : new String[] {"iris/1", "compass/1"}) {
                TestModels.write(
                        folder.resolve(example),
                        Files.readAllBytes(SlipwayExtension.examples().resolve(example + "/model.onnx")));
            }
            return folder;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> send(String method, String path, String contentType, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(SLIPWAY.uri(path))
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (!contentType.isEmpty()) {
            request.header("Content-Type", contentType);
        }
        return SLIPWAY.send(request);
    }

    private static HttpResponse<String> send(String method, String path, String contentType, String body) {
        return send(method, path, contentType, body.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "PUT  | /predictions/echo     |                                   | some words     | some words",
                "POST | /predictions/echo     | text/plain                        | {\"a\": 1}     | {\"a\": 1}",
                "POST | /predictions/echo     | image/jpeg                        | no picture     | no picture",
                "POST | /predictions/echo/1   | application/octet-stream          | some words     | some words",
                "POST | /predictions/echo/1.0 | application/x-www-form-urlencoded | some&words     | some&words",
                "POST | /predictions/echo     | application/x-www-form-urlencoded | data=a+b%26c   | a b&c",
                "POST | /predictions/echo     | application/x-www-form-urlencoded | text=words     | words",
                "POST | /predictions/echo     | application/json                  | \"a \\\" b\"   | a \" b",
                "POST | /predictions/echo     | application/json                  | {\"text\":\"a\"} | a",
                "POST | /predictions/echo     | application/json                  | {\"data\":\"a\"} | a",
                "POST | /predictions/echo     | application/json                  | {\"b64\":\"YQ==\"} | a",
                "POST | /echo/predict         | text/plain                        | some words     | some words",
                "POST | /echo/1/predict       | text/plain                        | some words     | some words",
                "GET  | /predictions/echo?data=a%20b |                            |                | a b",
            })
    void aModelOfTextIsGivenTheBodyAsItIs(String method, String path, String type, String body, String answer) {
        HttpResponse<String> response = send(method, path, type == null ? "" : type, body == null ? "" : body);
        assertThat(response.body()).isEqualTo(answer);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("text/plain; charset=utf-8");
    }

    @Test
    void aFileOfAFormIsTakenAsItIs() {
        byte[] bytes = "\r\n--no boundary \u20ac\r\n".getBytes(StandardCharsets.UTF_8);
        HttpRequest.Builder request = HttpRequest.newBuilder(SLIPWAY.uri("/predictions/echo"))
                .header("Content-Type", "multipart/form-data; boundary=\"--x\"")
                .header("x-request-id", "seven")
                .POST(BodyPublishers.concat(
                        BodyPublishers.ofString("preamble\r\n----x\r\ncontent-disposition: form-data; name=\"body\";"
                                + " filename=\"c.jpg\"\r\nContent-Type: image/jpeg\r\n\r\n"),
                        BodyPublishers.ofByteArray(bytes),
                        BodyPublishers.ofString("\r\n----x--\r\n")));
        HttpResponse<byte[]> response = SLIPWAY.send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.body()).isEqualTo(bytes);
        assertThat(response.headers().firstValue("x-request-id")).contains("seven");
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "iris    | application/json | [5.1, 3.5, 1.4, 0.2]                  | ^"
                        + "\\[\\{\"class\":\"setosa\".*}]$",
                "iris    |                  | {\"X\": [5.1, 3.5, 1.4, 0.2]}         | ^\\[\\{\"class\":\"setosa\".*}]$",
                "iris    | application/x-www-form-urlencoded | [[5.1, 3.5, 1.4, 0.2], [6, 3, 5, 2]] | ^\\[\\[\\{\"class\":\"setosa\".*}],\\[\\{\"class\":\"virginica\".*}]]$",
                "iris    | application/json | {\"instances\": [[5.1, 3.5, 1.4, 0.2]]} | ^\\{\"predictions\":\\[\\[\\{\"class\":\"setosa\".*}]]}$",
                "iris    | application/json | {\"inputs\": [[5.1, 3.5, 1.4, 0.2]]}  | ^\\{\"outputs\":\\{\"label\":\\[\"setosa\"].*}$",
                "times   | application/json | {\"inputs\": [1, 1]}                  | ^\\{\"outputs\":\\[2.0,3.0]}$",
                "compass | application/json | {\"token_ids\": [22, 3, 41], \"scale\": [1.5]} | .*\"name\":\"north\".*",
                "compass | application/x-www-form-urlencoded | token_ids=[22,3,41]&scale=[1.5] | .*\"name\":\"north\".*",
            })
    void aModelOfNumbersIsGivenJson(String model, String type, String body, String pattern) {
        HttpResponse<String> response = send("POST", "/predictions/" + model, type == null ? "" : type, body);
        assertThat(response.body()).matches(pattern);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("content-type")).contains("application/json");
    }

    @Test
    void aClassifierAnswersTheLikeliestClassesFirst() {
        String body = send("POST", "/predictions/iris", "", IRIS).body();
        assertThat(body)
                .startsWith(SETOSA)
                .contains("},{\"class\":\"versicolor\",")
                .endsWith("}]");
        assertThat(body.indexOf("versicolor")).isLessThan(body.indexOf("virginica"));
    }

    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            value = {
                "POST   | /predictions/absent  | text/plain       | x        | 404 | ModelNotFoundException",
                "POST   | /predictions/echo/99.0 | text/plain     | x        | 404 | ModelVersionNotFoundException",
                "POST   | /predictions/echo/beta | text/plain     | x        | 404 | ModelVersionNotFoundException",
                "POST   | /predictions/echo    | application/json | {        | 400 | BadRequestException",
                "POST   | /predictions/echo    | text/plain       |          | 400 | BadRequestException",
                "POST   | /predictions/iris    | image/jpeg       | x        | 400 | BadRequestException",
                "POST   | /predictions/iris    | text/plain       | [1, 2]   | 400 | BadRequestException",
                "POST   | /predictions/iris    | application/json | {\"Y\": [1]} | 400 | BadRequestException",
                "POST   | /predictions/compass | application/json | [1]      | 400 | BadRequestException",
                "POST   | /predictions/compass | application/x-www-form-urlencoded | scale=1&scale=1 | 400 | BadRequestException",
                "POST   | /predictions/echo    | multipart/form-data | x     | 400 | BadRequestException",
                "POST   | /predictions/echo    | multipart/form-data; boundary=b | --b | 400 | BadRequestException",
                "DELETE | /predictions/echo    |                  |          | 405 | MethodNotAllowedException",
                "POST   | /predictions         | text/plain       | x        | 404 | ResourceNotFoundException",
                "DELETE | /api-description     |                  |          | 405 | MethodNotAllowedException",
            })
    void errorsAreSaidAsTorchServeSaysThem(
            String method, String path, String type, String body, int status, String name) {
        HttpResponse<String> response = send(method, path, type == null ? "" : type, body == null ? "" : body);
        assertThat(response.body()).startsWith("{\"code\":%d,\"type\":\"%s\",\"message\":\"".formatted(status, name));
        assertThat(response.statusCode()).isEqualTo(status);
    }

    @Test
    void aPictureOfUnknownLengthIsTaken() {
        // Larger than what is read at once, without a length, and only after the server says that it will take it.
        byte[] bytes = new byte[200_000];
        Arrays.fill(bytes, (byte) 'x');
        HttpRequest.Builder request = HttpRequest.newBuilder(SLIPWAY.uri("/predictions/echo"))
                .expectContinue(true)
                .PUT(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes)));
        assertThat(SLIPWAY.send(request).body()).hasSize(bytes.length);
    }

    @Test
    void theServerSaysHowItIsAndWhatItServes() {
        assertThat(SLIPWAY.get("/ping").body()).isEqualTo("{\"status\":\"Healthy\"}");
        assertThat(SLIPWAY.post("/ping", "").statusCode()).isEqualTo(200);
        String description = SLIPWAY.get("/api-description").body();
        assertThat(description).contains("\"openapi\": \"3.1.0\"").contains("/predictions/{model_name}/{version}");
        assertThat(send("OPTIONS", "/", "", "").body()).isEqualTo(description);
    }
}
