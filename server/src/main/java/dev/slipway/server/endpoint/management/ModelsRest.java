package dev.slipway.server.endpoint.management;

import dev.slipway.access.Permit;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionStatus;
import dev.slipway.server.management.Management;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Says all that is known of models. */
final class ModelsRest {
    private final Management management;
    private final Aside aside;

    ModelsRest(Management management, Aside aside) {
        this.management = management;
        this.aside = aside;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/models", this::list),
                new Route("GET", "/models/{name}", this::model),
                new Route("GET", "/models/{name}/versions/{version}", this::version));
    }

    private void list(Call call) {
        Permit permit = call.request().permit();
        written(
                call,
                () -> StatusJson.list(
                        permit.readable(management.models().statuses().values(), ModelStatus::name)));
    }

    private void model(Call call) {
        ModelStatus status = status(call);
        written(call, () -> StatusJson.model(status));
    }

    private void version(Call call) {
        ModelStatus status = status(call);
        long number = call.version();
        VersionStatus found = status.versions().stream()
                .filter(version -> version.version() == number)
                .findFirst()
                .orElseThrow(() -> new SlipwayException(
                        ErrorCode.NOT_FOUND,
                        "model '%s' has no version %d (expected: %s)"
                                .formatted(
                                        status.name(),
                                        number,
                                        status.versions().isEmpty()
                                                ? "none, as it has no versions"
                                                : status.versions().stream()
                                                        .map(version -> Long.toString(version.version()))
                                                        .collect(Collectors.joining(", ")))));
        written(call, () -> StatusJson.version(status.name(), found));
    }

    /** With many models and long histories the text is long: not for an event loop. */
    private void written(Call call, Supplier<ByteBuffer> body) {
        aside.submit("management", () -> call.json(body.get()), call::error);
    }

    private ModelStatus status(Call call) {
        String name = call.variable("name");
        ModelStatus status = management.models().statuses().get(name);
        if (status == null) {
            throw management.unknownModel(name, call.request().permit());
        }
        return status;
    }
}
