package dev.slipway.interop;

import static dev.slipway.interop.Curl.WRITE;
import static dev.slipway.interop.Curl.written;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.server.SlipwayExtension;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** All that curl can do to an HTTP server. */
class CurlTest {
    private static final String REQUEST_ID = "x-request-id: the-same";
    private static final String ROW = "{\"instances\": [[1.0, 10.0]]}";
    private static final String ANSWER = "\"predictions\":[[2.0,30.0]]";

    @RegisterExtension
    static final SlipwayExtension SLIPWAY = Models.served();

    @TempDir
    Path folder;

    private Curl curl;

    @BeforeEach
    void find() {
        Tool.CURL.required();
        curl = new Curl(folder);
    }

    @Test
    void asksTwiceOverOneConnection() {
        Program asked = curl.run("-w", WRITE, url("/v1/models/iris"), url("/v1/models/times"));

        assertThat(written(asked)).hasSize(2);
        assertThat(written(asked).get(0)).startsWith("200 HTTP/1.1 connects=1 ");
        assertThat(written(asked).get(1)).startsWith("200 HTTP/1.1 connects=0 ");
    }

    @Test
    void keepsTheConnectionThroughErrorsAndHeads() throws IOException {
        Path large = rows(200_000);
        Program asked = curl.run(
                "-w",
                WRITE,
                "--head",
                url("/v1/models/iris"),
                "--next",
                "-sS",
                "-w",
                WRITE,
                url("/nowhere"),
                "--next",
                "-sS",
                "-w",
                WRITE,
                url("/v1/models/iris/versions/9"),
                "--next",
                "-sS",
                "-w",
                WRITE,
                "-d",
                "{",
                url("/v1/models/times:predict"),
                "--next",
                "-sS",
                "-w",
                WRITE,
                "-X",
                "DELETE",
                url("/v1/models/times:predict"),
                "--next",
                "-sS",
                "-w",
                WRITE,
                "--data-binary",
                "@" + large,
                url("/v1/models/times:predict"),
                "--next",
                "-sS",
                "-w",
                WRITE,
                "-d",
                ROW,
                url("/v1/models/times:predict"));

        assertThat(written(asked).stream().map(line -> line.substring(0, line.indexOf(" up="))))
                .containsExactly(
                        "200 HTTP/1.1 connects=1",
                        "404 HTTP/1.1 connects=0",
                        "404 HTTP/1.1 connects=0",
                        "400 HTTP/1.1 connects=0",
                        "405 HTTP/1.1 connects=0",
                        "200 HTTP/1.1 connects=0",
                        "200 HTTP/1.1 connects=0");
        assertThat(compact(asked)).endsWith("up=28down=" + "{\"predictions\":[[2.0,30.0]]}".length());
    }

    @Test
    void answersHeadAsGetWithoutTheBody() {
        String got =
                curl.run("--include", "-H", REQUEST_ID, url("/v1/models/iris")).text();
        String head =
                curl.run("--head", "-H", REQUEST_ID, url("/v1/models/iris")).text();

        assertThat(head.toLowerCase().lines().filter(line -> !line.startsWith("date:")))
                .containsExactlyElementsOf(got.toLowerCase()
                        .substring(0, got.indexOf("\r\n\r\n"))
                        .concat("\r\n\r\n")
                        .lines()
                        .filter(line -> !line.startsWith("date:"))
                        .toList());
        assertThat(curl.run("--head", "-w", WRITE, url("/v2/health/ready")).text())
                .contains("~ 200 ");
        assertThat(curl.run("--head", "-w", WRITE, url("/v2/models/nowhere/ready"))
                        .text())
                .contains("~ 404 ");
    }

    @Test
    void uploadsInChunks() throws IOException {
        Path body = Files.writeString(folder.resolve("row.json"), ROW);
        Program asked = curl.run(
                body,
                "-v",
                "-w",
                WRITE,
                "-X",
                "POST",
                "-H",
                "Transfer-Encoding: chunked",
                "-T",
                "-",
                url("/v1/models/times:predict"));

        assertThat(asked.error()).containsIgnoringCase("> Transfer-Encoding: chunked");
        assertThat(compact(asked)).contains(ANSWER);
        assertThat(written(asked)).singleElement().asString().startsWith("200 HTTP/1.1");
    }

    @Test
    void uploadsMuchInChunks() throws IOException {
        Program asked = curl.run(
                rows(200_000),
                "-w",
                WRITE,
                "-X",
                "POST",
                "-H",
                "Transfer-Encoding: chunked",
                "-T",
                "-",
                url("/v1/models/times:predict"));

        assertThat(written(asked)).singleElement().asString().startsWith("200 HTTP/1.1");
        assertThat(compact(asked)).contains("[2.0,3.0],[2.0,3.0]");
    }

    @Test
    void waitsForContinue() {
        Program asked = curl.run("-v", "-H", "Expect: 100-continue", "-d", ROW, url("/v1/models/times:predict"));

        assertThat(asked.error()).contains("< HTTP/1.1 100 Continue").contains("< HTTP/1.1 200 OK");
        assertThat(compact(asked)).contains(ANSWER);
    }

    @Test
    void isToldBeforeItSendsThatABodyIsTooLarge() throws IOException {
        Path large = folder.resolve("zeros");
        try (OutputStream out = Files.newOutputStream(large)) {
            byte[] zeros = new byte[1 << 20];
            for (int written = 0; written < 80; written++) {
                out.write(zeros);
            }
        }
        Program asked = curl.run(
                "-v",
                "-w",
                WRITE,
                "-H",
                "Expect: 100-continue",
                "--data-binary",
                "@" + large,
                url("/v1/models/times:predict"));

        assertThat(asked.error()).doesNotContain("100 Continue");
        assertThat(written(asked))
                .singleElement()
                .asString()
                .startsWith("413 HTTP/1.1")
                .contains(" up=0 ");
        assertThat(asked.text()).contains("\"error\"");
    }

    @Test
    void compressesBothWays() throws IOException {
        Path plain = rows(20_000);
        Path zipped = folder.resolve("rows.json.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(zipped))) {
            Files.copy(plain, out);
        }
        Program asked = curl.run(
                "-v",
                "-w",
                WRITE,
                "--compressed",
                "-H",
                "Content-Encoding: gzip",
                "--data-binary",
                "@" + zipped,
                url("/v1/models/times:predict"));
        Program uncompressed = curl.run("-w", WRITE, "--data-binary", "@" + plain, url("/v1/models/times:predict"));

        assertThat(asked.error()).containsIgnoringCase("< content-encoding: gzip");
        assertThat(rowsOf(asked)).isEqualTo(rowsOf(uncompressed)).contains("[2.0,3.0],[2.0,3.0]");
        assertThat(number(asked, "down")).isLessThan(number(uncompressed, "down") / 10);
    }

    @Test
    void speaksHttp2FromTheStart() throws IOException {
        Tool.CURL.requiredWith("HTTP2");
        // One run a request: curl 7.88 breaks the framing of a second one itself.
        Program post = http2("-d", ROW, url("/v1/models/times:predict"));
        Program unknown = http2(url("/nowhere"));
        Program head = http2("--head", url("/v1/models/iris"));
        Program large = http2("--compressed", "--data-binary", "@" + rows(200_000), url("/v1/models/times:predict"));

        assertThat(written(post)).singleElement().asString().startsWith("200 HTTP/2");
        assertThat(compact(post)).contains(ANSWER);
        assertThat(written(unknown)).singleElement().asString().startsWith("404 HTTP/2");
        assertThat(written(head))
                .singleElement()
                .asString()
                .startsWith("200 HTTP/2")
                .endsWith("down=0");
        assertThat(head.text()).containsIgnoringCase("content-length: ");
        assertThat(written(large)).singleElement().asString().startsWith("200 HTTP/2");
        assertThat(compact(large)).contains("[2.0,3.0],[2.0,3.0]");
    }

    private Program http2(String... arguments) {
        return curl.run(Stream.concat(Stream.of("--http2-prior-knowledge", "-w", WRITE), Stream.of(arguments))
                .toArray(String[]::new));
    }

    @Test
    void upgradesToHttp2() throws IOException {
        Tool.CURL.requiredWith("HTTP2");
        Program got = curl.run("--http2", "-v", "-w", WRITE, url("/v1/models/iris"), url("/v1/models/times"));

        assertThat(got.error()).contains("HTTP/1.1 101 Switching Protocols");
        assertThat(written(got).get(0)).startsWith("200 HTTP/2 connects=1");
        assertThat(written(got).get(1)).startsWith("200 HTTP/2 connects=0");
    }

    @Test
    void offersAnUpgradeWithABody() throws IOException {
        Tool.CURL.requiredWith("HTTP2");
        // Of a body that is longer than a window curl sends the rest by neither protocol, if the offer is taken; of one
        // longer than a mebibyte nothing, as it waits for 100.
        Path large = rows(200_000);
        Program small = curl.run("--http2", "-w", WRITE, "-d", ROW, url("/v1/models/times:predict"));
        Program waited =
                curl.run("--http2", "-w", WRITE, "--data-binary", "@" + large, url("/v1/models/times:predict"));
        Program sent = curl.run(
                "--http2", "-w", WRITE, "-H", "Expect:", "--data-binary", "@" + large, url("/v1/models/times:predict"));

        assertThat(written(small)).singleElement().asString().startsWith("200 HTTP/2");
        assertThat(compact(small)).contains(ANSWER);
        for (Program asked : List.of(waited, sent)) {
            assertThat(written(asked)).singleElement().asString().startsWith("200 HTTP/1.1");
            assertThat(compact(asked)).contains("[2.0,3.0],[2.0,3.0]");
        }
    }

    @Test
    void sendsAndReceivesBinaryTensors() throws IOException {
        int rows = 1_000_000;
        byte[] head = ("{\"inputs\": [{\"name\": \"X\", \"datatype\": \"FP32\", \"shape\": [%d, 2],"
                        + " \"parameters\": {\"binary_data_size\": %d}}],"
                        + " \"parameters\": {\"binary_data_output\": true}}")
                .formatted(rows, rows * 8)
                .getBytes(StandardCharsets.UTF_8);
        ByteBuffer body = ByteBuffer.allocate(head.length + rows * 8).order(ByteOrder.LITTLE_ENDIAN);
        body.put(head);
        for (int row = 0; row < rows; row++) {
            body.putFloat(row).putFloat(1);
        }
        Path file = Files.write(folder.resolve("binary"), body.array());
        Program asked = curl.run(
                "--dump-header",
                "head",
                "-H",
                "Inference-Header-Content-Length: " + head.length,
                "-H",
                "Content-Type: application/octet-stream",
                "--data-binary",
                "@" + file,
                url("/v2/models/times/infer"));

        int headBytes = Integer.parseInt(Files.readString(folder.resolve("head"))
                .lines()
                .filter(line -> line.toLowerCase().startsWith("inference-header-content-length:"))
                .findFirst()
                .orElseThrow()
                .split(":", 2)[1]
                .strip());
        ByteBuffer answer =
                ByteBuffer.wrap(asked.out()).order(ByteOrder.LITTLE_ENDIAN).position(headBytes);
        assertThat(answer.remaining()).isEqualTo(rows * 8);
        assertThat(answer.getFloat(headBytes + 8 * (rows - 1))).isEqualTo(2f * (rows - 1));
        assertThat(answer.getFloat(headBytes + 8 * (rows - 1) + 4)).isEqualTo(3f);
    }

    @Test
    void hangsUpInTheMiddle() {
        // A client that gives up must not keep the next one waiting.
        Program cut = Program.run(
                folder,
                null,
                List.of(
                        "curl",
                        "-sS",
                        "--max-time",
                        "1",
                        "-d",
                        "{\"inputs\": {\"N\": 4000000000, \"X\": [0.0]}}",
                        url("/v1/models/loop:predict")));

        assertThat(cut.exitCode()).isEqualTo(28);
        assertThat(compact(curl.run("-d", ROW, url("/v1/models/times:predict"))))
                .contains(ANSWER);
    }

    private String url(String path) {
        return SLIPWAY.uri(path).toString();
    }

    /** Rows of ones: {@code {"instances": [[1, 1], ...]}}. */
    private Path rows(int rows) throws IOException {
        String[] row = new String[rows];
        Arrays.fill(row, "[1,1]");
        return Files.writeString(
                folder.resolve("rows-%d.json".formatted(rows)), "{\"instances\": [" + String.join(",", row) + "]}");
    }

    private static String rowsOf(Program asked) {
        return asked.text().substring(0, asked.text().indexOf("\n~ "));
    }

    private static String compact(Program asked) {
        return asked.text().replaceAll("\\s", "");
    }

    private static long number(Program asked, String name) {
        String line = written(asked).get(0);
        String from = line.substring(line.indexOf(" " + name + "=") + name.length() + 2);
        return Long.parseLong(from.split(" ", 2)[0]);
    }
}
