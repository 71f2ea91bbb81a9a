package dev.slipway.server.endpoint.management;

import dev.slipway.core.Timer;
import dev.slipway.server.management.Management;
import dev.slipway.server.management.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Loads and unloads, and what became of them. */
final class LifecycleRest {
    static final String ORIGIN = "rest";

    private static final Set<String> KEYS = Set.of("version");
    private static final int ACCEPTED = 202;

    private final Management management;
    private final Timer timer;

    LifecycleRest(Management management, Timer timer) {
        this.management = management;
        this.timer = timer;
    }

    List<Route> routes() {
        return List.of(
                new Route("POST", "/models/{name}/load", this::load),
                new Route("POST", "/models/{name}/unload", this::unload),
                new Route(
                        "GET",
                        "/operations",
                        call -> call.json(
                                OperationJson.list(management.operations().list()))),
                new Route("GET", "/operations/{id}", this::operation),
                new Route(
                        "DELETE",
                        "/operations/{id}",
                        call -> call.json(
                                OperationJson.one(management.operations().cancel(call.variable("id"))))));
    }

    private void load(Call call) {
        OptionalLong version = version(call);
        begun(call, () -> management.load(call.variable("name"), version, ORIGIN));
    }

    private void unload(Call call) {
        OptionalLong version = version(call);
        begun(call, () -> management.unload(call.variable("name"), version, ORIGIN));
    }

    private void operation(Call call) {
        String id = call.variable("id");
        begun(
                call,
                () -> CompletableFuture.completedFuture(management.operations().get(id)));
    }

    private static OptionalLong version(Call call) {
        OptionalLong[] version = {OptionalLong.empty()};
        Fields.readBody(call.request().body(), KEYS, (key, in) -> version[0] = OptionalLong.of(Fields.number(in)));
        return version[0];
    }

    /** What begins an operation. */
    private interface Beginning {
        CompletableFuture<Operation> begin();
    }

    /** Answers with the operation: at once, or when it has ended, but not after what {@code ?wait=} says. */
    private void begun(Call call, Beginning beginning) {
        String text = call.query("wait");
        Duration wait = text == null ? Duration.ZERO : WaitTime.parse(text);
        if (!wait.isZero()) {
            call.request().extendDeadline();
        }
        call.answer(
                beginning
                        .begin()
                        .thenCompose(operation ->
                                wait.isZero() ? CompletableFuture.completedFuture(operation) : endOf(operation, wait)),
                operation -> answer(call, operation));
    }

    @SuppressWarnings("FutureReturnValueIgnored") // The other future tells of it.
    private CompletableFuture<Operation> endOf(Operation operation, Duration wait) {
        CompletableFuture<Operation> answer = new CompletableFuture<>();
        CompletableFuture<Operation> end = management.operations().end(operation.id());
        Runnable cancel = timer.schedule(
                wait, () -> answer.complete(management.operations().get(operation.id())));
        end.thenAccept(ended -> {
            cancel.run();
            answer.complete(ended);
        });
        return answer;
    }

    private static void answer(Call call, Operation operation) {
        boolean isEnded = operation.isEnded();
        int status = isEnded || call.request().method().equals("GET") ? 200 : ACCEPTED;
        call.json(
                status,
                status == ACCEPTED ? Map.of("Location", OperationJson.path(operation)) : Map.of(),
                OperationJson.one(operation));
    }
}
