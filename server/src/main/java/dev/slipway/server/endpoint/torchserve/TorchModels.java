package dev.slipway.server.endpoint.torchserve;

import dev.slipway.access.Permit;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.endpoint.HttpAnswers;
import dev.slipway.server.endpoint.Serving;
import dev.slipway.server.endpoint.management.Managed;
import dev.slipway.server.management.ConfigEdits;
import dev.slipway.server.management.Failures;
import dev.slipway.server.management.Management;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * TorchServe's management routes, below {@code /models}. A registration is a revision of the configuration; a worker more
 * or less is a model loaded or not, and how many of its runs go on at once.
 *
 * @see <a href="https://pytorch.org/serve/management_api.html">TorchServe: Management API</a>
 */
final class TorchModels {
    static final String ORIGIN = "torchserve";

    /** Names the default version of a model whose configuration has no word for it. */
    private static final String DEFAULT_LABEL = "default";

    private static final int ACCEPTED = 202;
    private static final String PROCESSING = "Processing worker updates...";

    private final Management management;
    private final Loading loading;

    TorchModels(Managed managed, Serving serving) {
        this.management = managed.management();
        this.loading = new Loading(managed.management(), managed.timer());
    }

    /** @param path segments behind {@code /models} */
    void handle(RestRequest request, List<String> path, RestReply reply) {
        Asked asked = new Asked(request, reply);
        String method = request.method();
        if (path.isEmpty()) {
            switch (method) {
                case "GET" -> list(asked);
                case "POST" -> register(asked);
                default -> TorchAnswers.wrongMethod(request, reply, "GET, POST");
            }
        } else if (path.size() == 3 && path.get(2).equals("set-default")) {
            if (method.equals("PUT")) {
                setDefault(asked, path.get(0), VersionPath.number(path.get(1)));
            } else {
                TorchAnswers.wrongMethod(request, reply, "PUT");
            }
        } else if (path.size() <= 2) {
            String version = path.size() == 2 ? path.get(1) : "";
            switch (method) {
                case "GET" -> describe(asked, path.get(0), version);
                case "PUT" -> scale(asked, path.get(0), version);
                case "DELETE" -> unregister(asked, path.get(0), version);
                default -> TorchAnswers.wrongMethod(request, reply, "GET, PUT, DELETE");
            }
        } else {
            TorchAnswers.unknownPath(request, reply);
        }
    }

    /** A request, and how it is answered. */
    private final class Asked {
        final RestRequest request;
        final RestReply reply;

        Asked(RestRequest request, RestReply reply) {
            this.request = request;
            this.reply = reply;
        }

        void status(int code, String text) {
            TorchAnswers.status(request, reply, code, text);
        }

        /** Answers with what becomes of {@code result}, whenever that is. */
        @SuppressWarnings("FutureReturnValueIgnored") // Nothing comes after.
        <T> void answer(CompletableFuture<T> result, String model, Consumer<T> answer) {
            result.thenAccept(answer).exceptionally(failure -> {
                boolean isKnown = management.models().statuses().containsKey(model);
                TorchAnswers.error(request, reply, Failures.asSlipwayException(failure), isKnown);
                return null;
            });
        }
    }

    private void list(Asked asked) {
        Parameters parameters = Parameters.of(asked.request);
        int limit = parameters.number("limit").orElse(0);
        int from = parameters.number("next_page_token").orElse(0);
        asked.answer(
                management.ask(now -> TorchModelJson.list(
                        asked.request
                                .permit()
                                .readable(management.models().statuses().keySet(), name -> name),
                        now.current().config(),
                        limit,
                        from)),
                "",
                body -> asked.reply.send(200, HttpAnswers.JSON, TorchAnswers.headers(asked.request), body));
    }

    private void describe(Asked asked, String model, String version) {
        asked.answer(
                management.ask(now -> TorchModelJson.describe(
                        status(model, now.current().config(), asked.request.permit()),
                        versions(model, version),
                        now.current().config())),
                model,
                body -> asked.reply.send(200, HttpAnswers.JSON, TorchAnswers.headers(asked.request), body));
    }

    private ModelStatus status(String model, ServingConfig config, Permit permit) {
        ModelStatus status = management.models().statuses().get(model);
        if (status != null) {
            return status;
        }
        if (config.models().containsKey(model)) {
            return new ModelStatus(model, List.of(), Map.of(), Map.of(), Map.of(), null);
        }
        throw management.unknownModel(model, permit);
    }

    /** @param version {@code all}, or one; empty for the newest that is served, or else the newest */
    private List<VersionStatus> versions(String model, String version) {
        ModelStatus status = management.models().statuses().get(model);
        List<VersionStatus> all = status == null ? List.of() : status.versions();
        if (version.equals("all")) {
            return all;
        }
        if (!version.isEmpty()) {
            return List.of(require(model, all, VersionPath.number(version)));
        }
        VersionStatus chosen = null;
        for (VersionStatus one : all) {
            boolean isServed = one.state() == VersionState.AVAILABLE;
            if (chosen == null || isServed || chosen.state() != VersionState.AVAILABLE) {
                chosen = one;
            }
        }
        return chosen == null ? List.of() : List.of(chosen);
    }

    private static VersionStatus require(String model, List<VersionStatus> versions, long number) {
        return versions.stream()
                .filter(one -> one.version() == number)
                .findFirst()
                .orElseThrow(() -> new SlipwayException(
                        ErrorCode.NOT_FOUND,
                        "model '%s' has no version %d (available: %s)"
                                .formatted(
                                        model,
                                        number,
                                        versions.stream()
                                                .map(VersionStatus::version)
                                                .toList())));
    }

    private void register(Asked asked) {
        Registration registration = Registration.of(Parameters.of(asked.request));
        String name = registration.name();
        asked.request.extendDeadline();
        CompletableFuture<?> registered = management.edit(
                OptionalLong.empty(),
                config ->
                        registration.into(config, management.models().statuses().containsKey(name)),
                "model %s is registered, %s".formatted(name, ORIGIN));
        if (registration.isAwaited()) {
            asked.answer(
                    registered.thenCompose(revision -> loading.registered(name)),
                    "",
                    version -> asked.status(
                            200,
                            "Model \"%s\" Version: %d registered with %d initial workers"
                                    .formatted(
                                            name,
                                            version,
                                            registration.workers().orElse(1))));
        } else if (registration.workers().orElse(0) > 0) {
            asked.answer(registered, "", revision -> asked.status(ACCEPTED, PROCESSING));
        } else {
            asked.answer(
                    registered,
                    "",
                    revision -> asked.status(
                            200,
                            "Model \"%s\" registered with 0 initial workers. Use scale workers API to add workers for the model."
                                    .formatted(name)));
        }
    }

    private void unregister(Asked asked, String model, String version) {
        OptionalLong number = version.isEmpty() ? OptionalLong.empty() : OptionalLong.of(VersionPath.number(version));
        asked.request.extendDeadline();
        asked.answer(
                management
                        .ask(now -> {
                            ServingConfig config = now.current().config();
                            status(model, config, Permit.ALL);
                            boolean isAll = number.isEmpty()
                                    || isOnly(require(model, versions(model, "all"), number.getAsLong()), model);
                            return isAll
                                    && config.models().containsKey(model)
                                    && !config.of(model).location().isEmpty();
                        })
                        .thenCompose(isEntry -> isEntry
                                ? management
                                        .edit(
                                                OptionalLong.empty(),
                                                ConfigEdits.delete(model),
                                                "model %s is unregistered, %s".formatted(model, ORIGIN))
                                        .thenApply(revision -> model)
                                : loading.unloaded(model, number).thenApply(done -> model)),
                model,
                done -> asked.status(200, "Model \"%s\" unregistered".formatted(model)));
    }

    /** Whether a model has no other version than this. */
    private boolean isOnly(VersionStatus version, String model) {
        return versions(model, "all").stream()
                .allMatch(one -> one.version() == version.version() || one.state() == VersionState.ENDED);
    }

    private void setDefault(Asked asked, String model, long version) {
        String origin = "default version of %s is %d, %s".formatted(model, version, ORIGIN);
        asked.answer(
                management
                        .ask(now -> {
                            status(model, now.current().config(), Permit.ALL);
                            require(model, versions(model, "all"), version);
                            String label =
                                    now.current().config().of(model).traffic().defaultLabel();
                            return label.isEmpty() ? DEFAULT_LABEL : label;
                        })
                        .thenCompose(label -> management
                                .editModel(model, ConfigEdits.label(model, label, Split.of(version)), origin)
                                // A default label that is nowhere yet would keep requests out.
                                .thenCompose(revision -> loading.labelled(model, label, version))
                                .thenCompose(done ->
                                        management.editModel(model, ConfigEdits.defaultLabel(model, label), origin))),
                model,
                revision -> asked.status(
                        200,
                        "Default version successfully updated for model \"%s\" to \"%d\"".formatted(model, version)));
    }

    private void scale(Asked asked, String model, String version) {
        Parameters parameters = Parameters.of(asked.request);
        int least = parameters.number("min_worker").orElse(1);
        OptionalInt most = parameters.number("max_worker");
        if (most.isPresent() && most.getAsInt() < least) {
            throw TorchAnswers.invalid(
                    "max_worker: %d (expected: at least min_worker, %d)".formatted(most.getAsInt(), least));
        }
        OptionalLong number = version.isEmpty() ? OptionalLong.empty() : OptionalLong.of(VersionPath.number(version));
        asked.request.extendDeadline();
        Scale scale = new Scale(OptionalInt.empty(), OptionalInt.empty(), most);
        CompletableFuture<?> scaled = most.orElse(0) == 0
                ? CompletableFuture.completedFuture(model)
                : management.editModel(
                        model,
                        config -> ConfigEdits.put(model, scale.applied(config.of(model)))
                                .apply(config),
                        "%s runs of %s at once, %s".formatted(most.getAsInt(), model, ORIGIN));
        boolean isLoaded = most.orElse(least) > 0;
        CompletableFuture<?> done =
                scaled.thenCompose(ready -> isLoaded ? loading.begun(model, number) : loading.unloading(model, number));
        if (!parameters.isTrue("synchronous")) {
            asked.answer(done, model, begun -> asked.status(ACCEPTED, PROCESSING));
            return;
        }
        String text = "Workers scaled to %d for model: %s%s"
                .formatted(least, model, version.isEmpty() ? "" : ", version: " + version);
        asked.answer(
                scaled.thenCompose(ready -> isLoaded ? loading.loaded(model, number) : loading.unloaded(model, number)),
                model,
                ended -> asked.status(200, text));
    }
}
