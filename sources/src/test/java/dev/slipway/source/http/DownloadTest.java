package dev.slipway.source.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.source.FileServer;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads from a server that breaks off, stands still, lies, and sends elsewhere. */
class DownloadTest {
    private static final byte[] BYTES = bytes(300_000);

    @TempDir
    private Path folder;

    private final List<Duration> pauses = new ArrayList<>();
    private FileServer server;

    @BeforeEach
    void start() throws IOException {
        server = new FileServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void goesOnWhereItWasCutOff() throws IOException {
        FileServer.File file = server.put("/m.onnx", BYTES, "\"a\"");
        file.cutAfter = 100_000;
        file.cuts.set(2);
        assertThat(fetched("/m.onnx")).isEqualTo(BYTES);
        assertThat(server.requests).hasSize(3);
        assertThat(server.requests.get(1))
                .startsWith("GET /m.onnx Range=bytes=")
                .endsWith("- If-Range=\"a\"");
        assertThat(pauses).hasSize(2);
    }

    @Test
    void goesOnAfterTheProcessEnded() throws IOException {
        FileServer.File file = server.put("/m.onnx", BYTES, "\"a\"");
        file.cutAfter = 100_000;
        file.cuts.set(1);
        SlipwayException error =
                failure(() -> download(limits(1, 1 << 20)).fetch(request("/m.onnx"), folder, "0", (d, t) -> {}));
        assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(fetched("/m.onnx")).isEqualTo(BYTES);
        assertThat(server.requests.get(1)).contains("Range=bytes=");
    }

    @Test
    void startsOverWhenTheFileChangedMeanwhile() throws IOException {
        FileServer.File file = server.put("/m.onnx", BYTES, "\"a\"");
        file.cutAfter = 100_000;
        file.cuts.set(1);
        failure(() -> download(limits(1, 1 << 20)).fetch(request("/m.onnx"), folder, "0", (d, t) -> {}));
        byte[] other = bytes(250_000);
        other[7]++;
        file.bytes = other;
        file.etag = "\"b\"";
        assertThat(fetched("/m.onnx")).isEqualTo(other);
    }

    @Test
    void doesNotGoOnFromWhatMayBeAnotherFile() throws IOException {
        FileServer.File file = server.put("/m.onnx", BYTES, "W/\"a\"");
        file.cutAfter = 100_000;
        file.cuts.set(1);
        assertThat(fetched("/m.onnx")).isEqualTo(BYTES);
        assertThat(server.requests).containsExactly("GET /m.onnx", "GET /m.onnx");
    }

    @Test
    void leavesAServerThatStandsStillAndComesBack() throws IOException {
        FileServer.File file = server.put("/m.onnx", BYTES, "\"a\"");
        file.cutAfter = 1000;
        file.isStill = true;
        file.cuts.set(1);
        assertThat(fetched("/m.onnx")).isEqualTo(BYTES);
        assertThat(server.requests).hasSize(2);
    }

    @Test
    void stopsWhenInterruptedAndKeepsWhatItHas() throws Exception {
        FileServer.File file = server.put("/m.onnx", BYTES, "\"a\"");
        file.cutAfter = 100_000;
        file.isStill = true;
        file.cuts.set(1);
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<SlipwayException> error = new CompletableFuture<>();
        DownloadLimits patient = new DownloadLimits(
                1 << 20, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMinutes(5), 3, Duration.ofMillis(1));
        Thread thread = new Thread(() ->
                error.complete(failure(() -> download(patient).fetch(request("/m.onnx"), folder, "0", (done, total) -> {
                    if (done > 0) {
                        begun.countDown();
                    }
                }))));
        thread.start();
        begun.await();
        thread.interrupt();
        assertThat(error.get().code()).isEqualTo(ErrorCode.CANCELLED);
        thread.join();
        assertThat(folder.resolve("0.part")).isNotEmptyFile();
        assertThat(fetched("/m.onnx")).isEqualTo(BYTES);
        assertThat(server.requests.get(1)).contains("Range=bytes=");
    }

    @Test
    void refusesAnotherFileThanTheOneThatWasMeant() {
        server.put("/m.onnx", BYTES, "\"a\"");
        String digest = "0".repeat(64);
        SlipwayException error = failure(() -> fetched("/m.onnx#sha256=" + digest));
        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(error).hasMessageContaining("expected: " + digest);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void takesTheFileWhoseDigestIsStated() throws Exception {
        server.put("/m.onnx", BYTES, "");
        Path copy = Files.write(folder.resolve("copy"), BYTES);
        assertThat(fetched("/m.onnx#sha256=" + Digests.digest("SHA-256", copy))).isEqualTo(BYTES);
    }

    @ParameterizedTest
    @CsvSource({
        "x-amz-checksum-sha256, 32",
        "x-amz-checksum-crc32, 4",
        "x-amz-checksum-crc32c, 4",
        "Content-MD5, 16",
        "Repr-Digest, 32",
        "x-goog-hash, 16"
    })
    void fetchesAgainWhatCameOtherThanTheServerSays(String header, int bytes) {
        String base64 = Base64.getEncoder().encodeToString(new byte[bytes]);
        String value = switch (header) {
            case "Repr-Digest" -> "sha-512=:AA==:, sha-256=:" + base64 + ":";
            case "x-goog-hash" -> "md5=" + base64;
            default -> base64;
        };
        server.put("/m.onnx", BYTES, "\"a\"").more.put(header, value);
        SlipwayException error = failure(() -> fetched("/m.onnx"));
        assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(error).hasMessageContaining("came damaged").hasMessageContaining("attempts: 3");
        assertThat(server.requests).hasSize(3);
    }

    @Test
    void acceptsDigestsThatAreRightAndPassesOverThoseOfParts() throws IOException {
        Path copy = Files.write(folder.resolve("copy"), "123456789".getBytes());
        FileServer.File file = server.put("/m.onnx", Files.readAllBytes(copy), "\"a\"");
        // CRC-32's and CRC-32C's check values are published: cbf43926, e3069283.
        file.more.put("x-amz-checksum-crc32", base64("cbf43926"));
        file.more.put("x-amz-checksum-crc32c", base64("e3069283"));
        file.more.put("x-amz-checksum-sha256", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=-4");
        assertThat(fetched("/m.onnx")).hasSize(9);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void refusesWhatIsTooLargeWhetherTheServerSaysSoOrNot(boolean isChunked) {
        server.put("/m.onnx", BYTES, "\"a\"").isChunked = isChunked;
        SlipwayException error =
                failure(() -> download(limits(3, 250_000)).fetch(request("/m.onnx"), folder, "0", (d, t) -> {}));
        assertThat(error.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
        assertThat(error).hasMessageContaining("expected: at most 244.1 KiB");
        assertThat(server.requests).hasSize(1);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void comesBackLaterWhenTheServerIsBusyAsLateAsItAsks() throws IOException {
        server.put("/m.onnx", BYTES, "\"a\"").statuses.addAll(List.of(503, 500));
        assertThat(fetched("/m.onnx")).isEqualTo(BYTES);
        assertThat(pauses).hasSize(2);
        assertThat(pauses.get(0)).isEqualTo(Duration.ofSeconds(7));
        assertThat(pauses.get(1)).isBetween(Duration.ofMillis(100), Duration.ofMillis(300));
    }

    @ParameterizedTest
    @CsvSource({"404, NOT_FOUND", "401, UNAUTHENTICATED", "403, PERMISSION_DENIED", "400, FAILED_PRECONDITION"})
    void doesNotComeBackWhenThatHelpsNothing(int status, ErrorCode code) {
        server.put("/m.onnx", BYTES, "\"a\"").statuses.add(status);
        SlipwayException error = failure(() -> fetched("/m.onnx?signature=secret"));
        assertThat(error.code()).isEqualTo(code);
        assertThat(error).hasMessageContaining("answers " + status);
        assertThat(pauses).isEmpty();
    }

    @Test
    void saysNothingSecret() throws IOException {
        server.close();
        String url = server.url("/m.onnx?signature=secret").replace("//", "//user:secret@");
        SlipwayException error = failure(() -> download(limits(2, 1 << 20))
                .fetch(Download.Request.of(HttpLocation.parse(url)), folder, "0", (d, t) -> {}));
        assertThat(error.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        for (Throwable e = error; e != null; e = e.getCause()) {
            assertThat(e.toString()).doesNotContain("secret");
        }
        assertThat(error).hasMessageContaining("http://127.0.0.1:" + server.port() + "/m.onnx");
    }

    @Test
    void followsRedirectsButTakesNoPasswordToAnother() throws IOException {
        try (FileServer other = new FileServer()) {
            other.put("/there", BYTES, "\"a\"");
            server.handle("/here", exchange -> {
                exchange.getResponseHeaders().set("Location", other.url("/there"));
                exchange.sendResponseHeaders(302, -1);
                exchange.close();
            });
            String url = server.url("/here").replace("//", "//user:secret@");
            Download.Fetched fetched = download(limits(3, 1 << 20))
                    .fetch(Download.Request.of(HttpLocation.parse(url)), folder, "0", (d, t) -> {});
            assertThat(fetched.path()).hasBinaryContent(BYTES);
            assertThat(server.headers.get(0).getFirst("Authorization")).startsWith("Basic ");
            assertThat(other.headers.get(0).getFirst("Authorization")).isNull();
        }
    }

    @Test
    void endsWhenSentInCircles() {
        server.handle("/here", exchange -> {
            exchange.getResponseHeaders().set("Location", "/here");
            exchange.sendResponseHeaders(307, -1);
            exchange.close();
        });
        SlipwayException error = failure(() -> fetched("/here"));
        assertThat(error.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
        assertThat(error).hasMessageContaining("redirects more than 10 times");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://host/m", "file:///etc/passwd", "ftp://host/m", "//[", ""})
    void isNotSentFromHttpsToWhatIsLessSafe(String to) {
        HttpLocation from = HttpLocation.parse("https://user:secret@host/m?signature=secret");
        HttpHeaders headers = HttpHeaders.of(Map.of("Location", List.of(to)), (name, value) -> true);
        SlipwayException error = failure(() -> Hops.next(from, headers));
        assertThat(error.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
        assertThat(error.getMessage()).doesNotContain("secret");
    }

    @Test
    void asksWhatIsThereWithoutFetchingIt() {
        server.put("/m.onnx", BYTES, "\"a\"");
        Validator validator = download(limits(3, 1 << 20)).probe(HttpLocation.parse(server.url("/m.onnx")));
        assertThat(validator).isEqualTo(new Validator("\"a\"", "", BYTES.length));
        assertThat(server.requests).containsExactly("HEAD /m.onnx");
    }

    @Test
    void asksForAByteWhereHeadIsRefused() {
        server.put("/m.onnx", BYTES, "\"a\"").refusesHead = true;
        Validator validator = download(limits(3, 1 << 20)).probe(HttpLocation.parse(server.url("/m.onnx")));
        assertThat(validator.bytes()).isEqualTo(BYTES.length);
        assertThat(server.requests).containsExactly("HEAD /m.onnx", "GET /m.onnx Range=bytes=0-0");
    }

    @Test
    void tellsHowFarItIs() throws IOException {
        FileServer.File file = server.put("/m.onnx", BYTES, "\"a\"");
        file.cutAfter = 100_000;
        file.cuts.set(1);
        List<Long> done = new ArrayList<>();
        download(limits(3, 1 << 20)).fetch(request("/m.onnx"), folder, "0", (bytes, total) -> {
            done.add(bytes);
            assertThat(total).isEqualTo(BYTES.length);
        });
        assertThat(done).isSorted().endsWith((long) BYTES.length);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString())).contains("0.done");
        }
    }

    private byte[] fetched(String path) throws IOException {
        return Files.readAllBytes(download(limits(3, 1 << 20))
                .fetch(request(path), folder, "0", (done, total) -> {})
                .path());
    }

    private Download.Request request(String path) {
        return Download.Request.of(HttpLocation.parse(server.url(path)));
    }

    private Download download(DownloadLimits limits) {
        return new Download(limits, pauses::add);
    }

    private static DownloadLimits limits(int attempts, long bytesMax) {
        return new DownloadLimits(
                bytesMax,
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofMillis(300),
                attempts,
                Duration.ofMillis(100));
    }

    private static SlipwayException failure(ThrowingCallable call) {
        return catchThrowableOfType(SlipwayException.class, call);
    }

    private static String base64(String hex) {
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hex));
    }

    private static byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        new Random(1).nextBytes(bytes);
        return bytes;
    }
}
