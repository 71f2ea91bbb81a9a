package dev.slipway.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class SlipwayCommandTest {
    /** A verb that somebody else brings. */
    @Command(name = "serve", description = "Serves.")
    static final class Serve implements Runnable {
        @Override
        public void run() {
            throw new IllegalStateException("kaputt");
        }
    }

    @Command(name = "secret", hidden = true)
    static final class Secret implements Runnable {
        @Override
        public void run() {}
    }

    @TempDir
    Path folder;

    private final ReplayServer server = new ReplayServer();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @AfterEach
    void stop() {
        server.close();
    }

    private int slipway(String... arguments) {
        CommandLine commandLine = SlipwayCommand.commandLine(new Serve(), new Secret());
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        return commandLine.execute(arguments);
    }

    private int slipwayAt(ReplayServer server, String... arguments) {
        return slipway(Stream.concat(
                        Stream.of(arguments), Stream.of("--server", server.uri().toString()))
                .toArray(String[]::new));
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("request.json"), text).toString();
    }

    @Test
    void listsModelsAsATable() {
        server.answering("GET /v1/models", 200, Answers.MODELS);
        assertThat(ModelsTable.format(
                        new SlipwayClient(server.uri(), Duration.ofSeconds(30)).models(),
                        ZoneId.of("Europe/Berlin"),
                        false))
                .isEqualTo("""
                        MODEL  VERSION  STATE        LABELS            SIZE     SINCE
                        fraud  6        UNLOADING    -                 2.1 MiB  2026-11-21 09:00:00
                        fraud  7        AVAILABLE    stable            123 B    2026-11-21 10:10:11
                        fraud  8        QUARANTINED  canary (pending)  -        2026-11-21 11:00:00
                          INVALID_ARGUMENT: model.onnx ends at byte 12 (expected: 4096) (next try: 2026-11-21 11:05:00)
                        gone   -        -            -                 -        -
                          source: /models/gone can't be listed: permission denied
                        """);
        assertThat(slipwayAt(server, "models")).isZero();
        assertThat(out.toString()).startsWith("MODEL  VERSION  STATE").contains("canary (pending)");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void listsModelsAsJson() {
        server.answering("GET /v1/models", 200, "{\"models\":[]}");
        assertThat(slipwayAt(server, "models", "--json")).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("{\n  \"models\": []\n}\n");
    }

    @Test
    void tellsWhyRequestsRunAsTheyDo() {
        server.answering("GET /slipway/v1/dispatch", 200, Answers.DISPATCH);
        assertThat(slipwayAt(server, "models", "--why")).isZero();
        assertThat(out.toString()).isEqualTo("""
                        iris version 1, serving_default
                          place    loop: one row costs 4.2 us (limit: 50 us)
                          joining  on: 64 rows cost 0.4 us each, 1 row 4.2 us
                          waiting  3
                          runs     idle 1204, size 17, new_one 1
                          ROWS  MICROS  PER ROW  SAMPLES
                             1    4.20     4.20      128
                            64    25.6     0.40        7
                          1024    1235     1.21        1

                        fraud version 7, score
                          place    pool: no run yet
                          joining  off: no run yet
                          waiting  0
                          runs     none yet
                        """);
    }

    @Test
    void tellsWhyAsJsonAndWhenThereIsNothingToTell() {
        server.answering("GET /slipway/v1/dispatch", 200, "{\"dispatch\":[]}");
        assertThat(slipwayAt(server, "models", "--why")).isZero();
        assertThat(slipwayAt(server, "models", "--why", "--json")).isZero();
        assertThat(out.toString())
                .isEqualToNormalizingNewlines(server.uri() + " has run no request yet\n{\n  \"dispatch\": []\n}\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{\"dispatch\":[1]}", "{\"dispatch\":[{\"version\":\"one\"}]}", "{\"dispatch\":["})
    void refusesAnAnswerAboutDispatchThatItCannotRead(String answer) {
        server.answering("GET /slipway/v1/dispatch", 200, answer);
        assertThat(slipwayAt(server, "models", "--why")).isOne();
        assertThat(err.toString()).startsWith("slipway: the answer about dispatch can't be read: ");
    }

    @Test
    void saysSoWhenThereAreNoModels() {
        server.answering("GET /v1/models", 200, "{\"models\":[]}");
        assertThat(slipwayAt(server, "models")).isZero();
        assertThat(out.toString()).startsWith(server.uri() + " serves no models yet");
    }

    @Test
    void printsThePrediction() throws IOException {
        server.answering("POST /v1/models/iris/versions/2:predict", 200, "{\"predictions\":[[0.5,0.25]]}");
        String input = file("\uFEFF[[5.1, 3.5, 1.4, 0.2]]");
        assertThat(slipwayAt(server, "predict", "iris", "--version", "2", "--signature", "s", "--input", input))
                .isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("{\n  \"predictions\": [\n    [0.5, 0.25]\n  ]\n}\n");
        assertThat(server.requests())
                .extracting(ReplayServer.Request::body)
                .containsExactly("{\"signature_name\":\"s\",\"instances\":[[5.1, 3.5, 1.4, 0.2]]}");
    }

    @Test
    void tellsTheServersErrorLineByLineWithoutControlCharacters() throws IOException {
        server.answering("POST /v1/models/iris:predict", 404, "{\"error\":\"no model\\n'iris'\\u001b[2J\"}");
        assertThat(slipwayAt(server, "predict", "iris", "--input", file("[1]"))).isEqualTo(1);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).isEqualToNormalizingNewlines("slipway: no model\n'iris'?[2J\n");
    }

    @Test
    void namesAnInputThatIsMissingOrNoText() throws IOException {
        String missing = folder.resolve("missing.json").toString();
        assertThat(slipwayAt(server, "predict", "iris", "--input", missing)).isEqualTo(1);
        Path binary = Files.write(folder.resolve("binary"), new byte[] {(byte) 0xFF, 1});
        assertThat(slipwayAt(server, "predict", "iris", "--input", binary.toString()))
                .isEqualTo(1);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines("slipway: input '%s' is not there (expected: a file)\n".formatted(missing)
                        + "slipway: input '%s' is not text (expected: JSON in UTF-8)\n".formatted(binary));
    }

    @Test
    void tellsVersionsWithAndWithoutAServer() {
        server.answering("GET /v2", 200, "{\"name\":\"slipway\",\"version\":\"9.8.7\"}");
        assertThat(slipwayAt(server, "version")).isZero();
        assertThat(out.toString())
                .contains("slipway  " + VersionCommand.own())
                .contains(Runtime.version().feature() + ".")
                .contains("server   slipway 9.8.7 at " + server.uri());
        server.close();
        assertThat(slipwayAt(server, "version")).isZero();
        assertThat(out.toString()).contains("server   none at " + server.uri());
    }

    @Test
    void knowsItsOwnVersion() throws IOException {
        String pom = Files.readString(Path.of(System.getProperty("slipway.root"), "pom.xml"), StandardCharsets.UTF_8);
        assertThat(pom).contains("<version>%s</version>".formatted(VersionCommand.own()));
        assertThat(slipway("--version")).isZero();
        assertThat(out.toString()).isEqualToNormalizingNewlines("slipway %s\n".formatted(VersionCommand.own()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "models", "predict", "version"})
    void helpsWithExamples(String verb) {
        assertThat(verb.isEmpty() ? slipway("--help") : slipway(verb, "--help")).isZero();
        assertThat(out.toString())
                .contains("Usage: slipway")
                .contains("Examples:")
                .contains("--debug");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void helpShowsTheVerbsOfOthersButNoHiddenOnes() {
        assertThat(slipway("serve", "--help")).isZero();
        assertThat(out.toString()).contains("Usage: slipway serve");
        slipway("--help");
        assertThat(out.toString()).contains("serve").contains("models").doesNotContain("secret");
        assertThat(slipway()).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("slipway: a verb is missing (expected: serve, models, predict, load, unload, label,"
                        + " operations, events, version)");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "modles",
                "predict",
                "predict iris",
                "predict iris --input - --version two",
                "predict iris --input - --version 1 --label stable",
                "models --timeout soon",
                "models --nonsense"
            })
    void answersBadUsageWithCode2AndAHint(String line) {
        assertThat(slipway(line.split(" "))).isEqualTo(2);
        assertThat(err.toString())
                .startsWith("slipway")
                .contains("--help' tells more.")
                .doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void refusesAnAddressThatIsNone() {
        assertThat(slipway("models", "--server", "http://a b")).isEqualTo(1);
        assertThat(slipway("models", "--server", "ftp://host")).isEqualTo(1);
        assertThat(err.toString()).isEqualToNormalizingNewlines("""
                        slipway: server: 'http://a b' (expected: a URL such as http://localhost:8501)
                        slipway: server: 'ftp://host' (expected: a URL such as http://localhost:8501)
                        """);
    }

    @Test
    void takesAnAddressWithoutAScheme() {
        server.answering("GET /v1/models", 200, "{\"models\":[]}");
        assertThat(slipway("models", "--server", server.uri().getAuthority())).isZero();
    }

    @Test
    void showsTheStackOfABugOnlyWhenAskedTo() {
        assertThat(slipway("serve")).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToNormalizingNewlines("slipway: unexpected java.lang.IllegalStateException: kaputt"
                        + " (--debug shows where; please report it)\n");
        assertThat(slipway("serve", "--debug")).isEqualTo(1);
        assertThat(err.toString()).contains("at " + Serve.class.getName());
    }

    @Test
    void aRequestSaysOfWhichTraceItIsAPartUnlessThatIsNone() {
        String parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        server.answering("GET /v1/models", 200, "{\"models\": []}");
        SlipwayClient client = new SlipwayClient(server.uri(), Duration.ofSeconds(60));
        client.traced(() -> parent).models();
        client.traced(() -> "00-none").models();
        client.traced(() -> null).models();
        client.models();
        assertThat(server.parents()).containsExactly(parent, "", "", "");
    }

    @Test
    void anApiKeyGoesWithEachRequest() {
        server.answering("GET /v1/models", 200, "{\"models\": []}");
        assertThat(slipwayAt(server, "models", "--api-key", "secret")).isZero();
        assertThat(slipwayAt(server, "models")).isZero();
        assertThat(server.keys()).containsExactly("secret", "");
        assertThat(slipwayAt(server, "models", "--key", "k.pem")).isEqualTo(1);
        assertThat(err.toString()).contains("key k.pem without a certificate (expected: both)");
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "30s, 30000", "2m, 120000", "1.5, 1500", "7, 7000"})
    void readsTimes(String text, long millis) {
        assertThat(new ServerOptions.TimeConverter().convert(text)).hasMillis(millis);
        assertThatThrownBy(() -> new ServerOptions.TimeConverter().convert(text + "h"))
                .isInstanceOf(CommandLine.TypeConversionException.class);
    }
}
