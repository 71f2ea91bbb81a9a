package dev.slipway.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import dev.slipway.api.VersionChoice;
import dev.slipway.server.SlipwayExtension;
import dev.slipway.server.config.StartConfig;
import dev.slipway.server.endpoint.GrpcRouter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Every route and call has a rule, and the server keeps it: whoever may do everything with one model may do nothing with
 * another, nor with the server.
 */
@Timeout(120)
class RouteMatrixTest {
    private static final String MODEL = "iris";

    @TempDir
    static Path folder;

    @RegisterExtension
    static final SlipwayExtension SLIPWAY = SlipwayExtension.serving(SlipwayExtension::examples)
            .with(options -> options.withCallers(new StartConfig.Callers(rules(), null)));

    /** All of another model, and that is all. */
    private static String rules() {
        Path file = folder.resolve("access.yaml");
        try {
            Files.writeString(file, """
                    anonymous: others
                    roles:
                      others:
                        - {models: other, actions: [predict, explain, read, deploy, administer]}
                    """);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file.toString();
    }

    /** A request that a line of the table is for. */
    private record Asked(String method, String path, Rule rule) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private static List<Asked> all() {
        List<Asked> all = new ArrayList<>();
        for (RestRules.Line line : RestRules.LINES) {
            List<String> path = new ArrayList<>();
            boolean isModelNamed = false;
            for (String part : line.parts()) {
                if (part.equals("*")) {
                    path.add(isModelNamed ? "1" : MODEL);
                    isModelNamed = true;
                } else if (!part.equals("**")) {
                    path.add(part);
                }
            }
            for (String method : line.method().isEmpty() ? List.of("GET", "POST", "PUT") : List.of(line.method())) {
                all.add(new Asked(method, "/" + String.join("/", path), RestRules.of(method, path)));
            }
        }
        return all;
    }

    static Stream<Asked> guarded() {
        return all().stream()
                .filter(asked -> !(asked.rule() instanceof Rule.Open || asked.rule() instanceof Rule.Listed));
    }

    static Stream<Asked> open() {
        return all().stream().filter(asked -> asked.rule() instanceof Rule.Open);
    }

    /** What the protocols' verbs behind a model are, which one line is for. */
    static Stream<Asked> verbs() {
        return Stream.of(
                        "POST /v1/models/iris:predict",
                        "POST /v1/models/iris:classify",
                        "POST /v1/models/iris:regress",
                        "POST /v1/models/iris/versions/1:predict",
                        "POST /v1/models/iris/labels/stable:predict",
                        "GET /v1/models/iris/metadata",
                        "GET /v1/models/iris/versions/1",
                        "GET /v1/models/iris/versions/1/metadata",
                        "GET /v1/models/iris/labels/stable",
                        "GET /v2/models/iris/ready",
                        "GET /v2/models/iris/config",
                        "GET /v2/models/iris/stats",
                        "GET /v2/models/iris/versions/1/ready",
                        "GET /v2/models/iris/trace/setting",
                        "POST /v2/models/iris/trace/setting",
                        "GET /v2/models/%69ris",
                        "POST /v2/models/%69ris/infer",
                        "POST /slipway/v1/models/iris/load",
                        "GET /no/such/path",
                        "PATCH /v2/models/iris",
                        "GET //v2//models")
                .map(line -> line.split(" ", 2))
                .map(words -> new Asked(words[0], words[1], Rule.OPEN));
    }

    @ParameterizedTest
    @MethodSource({"guarded", "verbs"})
    void nobodyDoesMoreThanTheyMay(Asked asked) {
        HttpResponse<String> answer = send(asked);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("Bearer"));
    }

    @ParameterizedTest
    @MethodSource("open")
    void probesNeedNothing(Asked asked) {
        assertThat(send(asked).statusCode()).isLessThan(300);
    }

    private static HttpResponse<String> send(Asked asked) {
        boolean hasBody = !asked.method().equals("GET") && !asked.method().equals("DELETE");
        return SLIPWAY.send(HttpRequest.newBuilder(SLIPWAY.uri(asked.path()))
                .header("Content-Type", "application/json")
                .method(
                        asked.method(),
                        hasBody ? BodyPublishers.ofString(body(asked.path())) : BodyPublishers.noBody()));
    }

    /** One that gets as far as the model. */
    private static String body(String path) {
        if (path.contains("invocations")) {
            return "{\"inputs\": {\"X\": [[5.1, 3.5, 1.4, 0.2]]}}";
        }
        return path.contains("/v2/")
                ? "{\"inputs\": [{\"name\": \"X\", \"datatype\": \"FP32\", \"shape\": [1, 4], \"data\": [5.1, 3.5, 1.4, 0.2]}]}"
                : "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}";
    }

    @Test
    void everyDescribedRouteIsInTheTable() throws IOException {
        for (String document : List.of(
                "/dev/slipway/server/endpoint/management/openapi.json",
                "/dev/slipway/server/endpoint/torchserve/openapi.json")) {
            JsonNode api;
            try (var in = RouteMatrixTest.class.getResourceAsStream(document)) {
                api = JsonMapper.shared().readTree(in);
            }
            String base = api.path("servers").path(0).path("url").asString("");
            api.path("paths")
                    .propertyNames()
                    .forEach(template -> api.path("paths")
                            .path(template)
                            .propertyNames()
                            .forEach(method -> {
                                if (!method.equals("parameters") && !method.equals("summary")) {
                                    String path =
                                            (base.startsWith("/") ? base : "") + template.replaceAll("\\{[^}]*}", "1");
                                    List<String> segments = Stream.of(path.split("/"))
                                            .filter(part -> !part.isEmpty())
                                            .toList();
                                    assertThat(RestRules.of(method.toUpperCase(Locale.ROOT), segments))
                                            .as(method + " " + path)
                                            .isNotSameAs(RestRules.UNKNOWN);
                                }
                            }));
        }
    }

    static Stream<MethodDescriptor> methods() {
        return GrpcRouter.services().stream().map(ServiceDescriptor::getMethods).flatMap(List::stream);
    }

    private static String name(MethodDescriptor method) {
        return method.getService().getFullName() + "/" + method.getName();
    }

    @Test
    void everyMethodIsInTheTable() {
        TreeSet<String> missing = new TreeSet<>();
        methods()
                .map(RouteMatrixTest::name)
                .filter(method -> !GrpcRules.has(method))
                .forEach(missing::add);
        assertThat(missing).isEmpty();
    }

    static Stream<String> guardedMethods() {
        return methods()
                .map(RouteMatrixTest::name)
                .filter(method -> !(needs(GrpcRules.of(method)).startsWith("nothing")
                        || GrpcRules.of(method) instanceof Rule.Listed));
    }

    @ParameterizedTest
    @CsvSource({"'', OK", "inference.GRPCInferenceService, OK", "iris, UNAUTHENTICATED", "nowhere, UNAUTHENTICATED"})
    void theServersHealthIsToldToEverybodyAndNotWhichModelsThereAre(String service, Status.Code code) {
        byte[] question =
                HealthCheckRequest.newBuilder().setService(service).build().toByteArray();
        assertThat(status("grpc.health.v1.Health/Check", question)).isEqualTo(code);
        if (code != Status.Code.OK) {
            assertThat(status("grpc.health.v1.Health/Watch", question)).isEqualTo(code);
        }
    }

    @ParameterizedTest
    @MethodSource("guardedMethods")
    void nobodyCallsMoreThanTheyMay(String method) {
        MethodDescriptor descriptor =
                methods().filter(each -> name(each).equals(method)).findFirst().orElseThrow();
        assertThat(status(method, about(DynamicMessage.newBuilder(descriptor.getInputType()), MODEL)))
                .isEqualTo(Status.Code.UNAUTHENTICATED);
    }

    @ParameterizedTest
    @MethodSource("guardedMethods")
    void whatIsGrantedIsLetThroughToTheModel(String method) {
        MethodDescriptor descriptor =
                methods().filter(each -> name(each).equals(method)).findFirst().orElseThrow();
        Status.Code code = status(method, about(DynamicMessage.newBuilder(descriptor.getInputType()), "other"));
        boolean isOfModel = GrpcRules.of(method) instanceof Rule.Inside;
        // There is no such model, which is for those to know who may.
        assertThat(code == Status.Code.UNAUTHENTICATED)
                .as("%s: %s", method, code)
                .isNotEqualTo(isOfModel);
    }

    private static Status.Code status(String method, byte[] message) {
        try {
            byte[] answer = SLIPWAY.grpc().callRaw(method, message);
            // A stream goes on after an error, which is in a message.
            boolean isDenied = new String(answer, StandardCharsets.UTF_8).contains("may not predict");
            return isDenied ? Status.Code.UNAUTHENTICATED : Status.Code.OK;
        } catch (StatusRuntimeException e) {
            return e.getStatus().getCode();
        }
    }

    /** A message that names the model wherever it can name one. */
    private static byte[] about(DynamicMessage.Builder message, String model) {
        return fill(message, model).build().toByteArray();
    }

    private static DynamicMessage.Builder fill(DynamicMessage.Builder message, String model) {
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            boolean isName =
                    field.getName().equals("model_name") || field.getName().equals("name");
            if (isName && field.getJavaType() == FieldDescriptor.JavaType.STRING) {
                message.setField(field, model);
            } else if (field.getName().equals("method_name")) {
                message.setField(field, "tensorflow/serving/regress");
            } else if (field.getName().equals("metadata_field")) {
                message.addRepeatedField(field, "signature_def");
            } else if (field.getName().equals("model_spec")) {
                message.setField(
                        field,
                        fill(DynamicMessage.newBuilder(field.getMessageType()), model)
                                .build());
            } else if (field.getName().equals("tasks")) {
                message.addRepeatedField(
                        field,
                        fill(DynamicMessage.newBuilder(field.getMessageType()), model)
                                .build());
            }
        }
        return message;
    }

    /** The rows of the table in the documentation. */
    private static List<String> rows() {
        List<String> rows = new ArrayList<>();
        for (RestRules.Line line : RestRules.LINES) {
            List<String> path = line.parts().stream()
                    .map(part -> part.startsWith("*") ? "name:verb" : part)
                    .toList();
            rows.add("| %s `/%s` | %s |"
                    .formatted(
                            line.method().isEmpty() ? "any" : line.method(),
                            String.join("/", line.parts()),
                            needs(line.rule().apply(path))));
        }
        methods()
                .map(RouteMatrixTest::name)
                .map(method -> "| gRPC `%s` | %s |".formatted(method, needs(GrpcRules.of(method))))
                .forEach(rows::add);
        return rows;
    }

    private static String needs(Rule rule) {
        if (rule instanceof Rule.Listed) {
            return "read any model; shows those that may be read";
        }
        if (rule instanceof Rule.Inside inside) {
            return inside.action().word() + " the model";
        }
        if (rule instanceof Rule.Probe) {
            return "nothing; read the model, of a model";
        }
        if (rule instanceof Rule.Needs needs) {
            String what = needs.need().model().isEmpty() ? " the server" : " the model";
            boolean isOfLabel = needs.need().version() instanceof VersionChoice.Label;
            return needs.need().action().word() + what + (isOfLabel ? ", by the label" : "");
        }
        return "nothing";
    }

    @Test
    void theDocumentationShowsTheWholeTable() throws IOException {
        String page = Files.readString(Path.of(System.getProperty("slipway.root"), "docs", "access.md"));
        assertThat(page.lines().filter(line -> line.matches("\\| (gRPC|any|[A-Z]+) `.*")))
                .containsExactlyElementsOf(rows());
    }
}
