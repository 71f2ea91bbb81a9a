package dev.slipway.server.endpoint.management;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.VersionState;
import dev.slipway.server.control.Change;
import dev.slipway.server.management.Operation;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The document says what is served, no more and no less, and holds together. */
class OpenApiTest {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");
    private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)}");

    private final JsonTree document = JsonTree.parse(new String(ManagementRest.openApiJson(), StandardCharsets.UTF_8));
    private final ManagedServer server = new ManagedServer();

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private void eachOperation(OperationCheck check) {
        document.get("paths")
                .fields()
                .forEach((path, item) -> item.fields().forEach((method, operation) -> {
                    assertThat(METHODS).contains(method);
                    check.check(path, method, operation);
                }));
    }

    private interface OperationCheck {
        void check(String path, String method, JsonTree operation);
    }

    private static void walk(JsonTree tree, Consumer<JsonTree> visitor) {
        visitor.accept(tree);
        if (tree.isObject()) {
            tree.fields().values().forEach(child -> walk(child, visitor));
        } else if (tree.isArray()) {
            tree.elements().forEach(child -> walk(child, visitor));
        }
    }

    private JsonTree resolve(JsonTree tree) {
        if (!tree.has("$ref")) {
            return tree;
        }
        String reference = tree.get("$ref").text();
        assertThat(reference).startsWith("#/");
        JsonTree found = document;
        for (String step : reference.substring(2).split("/")) {
            found = found.get(step);
        }
        return found;
    }

    @Test
    void isServed() {
        assertThat(server.get("/openapi.json").body())
                .isEqualTo(new String(ManagementRest.openApiJson(), StandardCharsets.UTF_8));
        assertThat(document.get("openapi").text()).isEqualTo("3.1.0");
        assertThat(document.get("servers").elements().get(0).get("url").text()).isEqualTo(Routes.BASE);
        assertThat(document.get("info").fields()).containsKeys("title", "version");
    }

    @Test
    void namesEveryRouteAndNoOther() {
        Set<String> said = new TreeSet<>();
        eachOperation((path, method, operation) -> said.add(method.toUpperCase(Locale.ROOT) + " " + path));
        assertThat(server.rest.routes())
                .extracting(route -> route.method() + " " + route.template())
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(said);
    }

    @Test
    void saysOfEachOperationWhatOpenApiWants() {
        Set<String> ids = new HashSet<>();
        eachOperation((path, method, operation) -> {
            assertThat(ids.add(operation.get("operationId").text())).isTrue();
            assertThat(operation.get("summary").text()).isNotEmpty();
            assertThat(operation.get("responses").fields()).containsKey("200");
            operation.get("responses").fields().forEach((status, response) -> {
                assertThat(status).matches("[2-5][0-9][0-9]");
                assertThat(resolve(response).get("description").text()).isNotEmpty();
            });
            Set<String> parameters = new HashSet<>();
            if (operation.has("parameters")) {
                operation.get("parameters").elements().forEach(reference -> {
                    JsonTree parameter = resolve(reference);
                    if (parameter.get("in").text().equals("path")) {
                        assertThat(parameter.get("required").value()).isEqualTo(true);
                        parameters.add(parameter.get("name").text());
                    }
                });
            }
            Set<String> variables = new HashSet<>();
            Matcher matcher = VARIABLE.matcher(path);
            while (matcher.find()) {
                variables.add(matcher.group(1));
            }
            assertThat(parameters).as(path).isEqualTo(variables);
            assertThat(document.get("tags").elements())
                    .extracting(tag -> tag.get("name").text())
                    .contains(operation.get("tags").elements().get(0).text());
        });
    }

    @Test
    void refersToWhatIsThereAndToAllOfIt() {
        Set<String> used = new HashSet<>();
        walk(document, tree -> {
            if (tree.isObject() && tree.has("$ref")) {
                used.add(tree.get("$ref").text());
                assertThat(resolve(tree).isObject()).isTrue();
            }
        });
        document.get("components")
                .fields()
                .forEach((kind, parts) -> parts.fields()
                        .keySet()
                        .forEach(name -> assertThat(used).contains("#/components/%s/%s".formatted(kind, name))));
    }

    @Test
    void requiresOnlyPropertiesThatAreDescribed() {
        walk(document, tree -> {
            if (tree.isObject() && tree.has("required") && tree.get("required").isArray()) {
                tree.get("required")
                        .elements()
                        .forEach(name ->
                                assertThat(tree.get("properties").fields()).containsKey(name.text()));
            }
        });
    }

    @Test
    void knowsEveryWordOfOurs() {
        assertThat(words(document.get("components").get("schemas").get("State")))
                .isEqualTo(names(VersionState.values()));
        JsonTree operation =
                document.get("components").get("schemas").get("Operation").get("properties");
        assertThat(words(operation.get("state"))).isEqualTo(lowerNames(Operation.State.values()));
        assertThat(words(operation.get("kind"))).isEqualTo(lowerNames(Operation.Kind.values()));
        JsonTree steps = document.get("components")
                .get("schemas")
                .get("Change")
                .get("properties")
                .get("steps");
        assertThat(words(steps.get("items").get("properties").get("what"))).isEqualTo(lowerNames(Change.What.values()));
        assertThat(names(ErrorCode.values()))
                .contains(document.get("components")
                        .get("schemas")
                        .get("Reason")
                        .get("properties")
                        .get("code")
                        .get("examples")
                        .elements()
                        .get(0)
                        .text());
    }

    /** Real answers have no field that the document lacks, and all that it requires. */
    @Test
    void describesTheFieldsOfAnswers() {
        server.post("/models/fraud/load", "");
        server.post("/models/fraud/unload", "");
        String id = server.management.operations().list().get(0).id();
        Map<String, String> answers = Map.of("Model", "/models/fraud", "Operation", "/operations/" + id);
        answers.forEach((schema, path) -> fits(
                document.get("components").get("schemas").get(schema),
                JsonTree.parse(server.get(path).body())));
        fits(
                document.get("components").get("schemas").get("Change"),
                JsonTree.parse(server.post("/config/diff", "models:\n  a:\n    path: /a\n")
                        .body()));
        fits(
                document.get("components").get("schemas").get("Revision"),
                JsonTree.parse(server.put("/models/a", "path: /a").body()));
    }

    private void fits(JsonTree schema, JsonTree value) {
        JsonTree meant = resolve(schema);
        if (value.isObject() && meant.has("properties")) {
            Map<String, JsonTree> properties = meant.get("properties").fields();
            assertThat(properties).containsKeys(value.fields().keySet().toArray(String[]::new));
            meant.get("required")
                    .elements()
                    .forEach(name -> assertThat(value.fields()).containsKey(name.text()));
            value.fields().forEach((name, field) -> fits(meant.get("properties").get(name), field));
        } else if (value.isArray()) {
            value.elements().forEach(element -> fits(meant.get("items"), element));
        }
    }

    private static List<String> words(JsonTree schema) {
        return schema.get("enum").elements().stream().map(JsonTree::text).toList();
    }

    private static List<String> names(Enum<?>[] values) {
        return Arrays.stream(values).map(Enum::name).toList();
    }

    private static List<String> lowerNames(Enum<?>[] values) {
        return names(values).stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    }
}
