package dev.slipway.core;

import static dev.slipway.api.ErrorCode.DEADLINE_EXCEEDED;
import static dev.slipway.api.ErrorCode.INTERNAL;
import static dev.slipway.api.ErrorCode.NOT_FOUND;
import static dev.slipway.api.ErrorCode.OK;
import static dev.slipway.api.ErrorCode.RESOURCE_EXHAUSTED;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.ModelStatus;
import dev.slipway.api.ServingListener.TransformStep;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Split;
import dev.slipway.api.Transform;
import dev.slipway.api.VersionChoice;
import dev.slipway.api.VersionState;
import dev.slipway.api.VersionStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The one door to the models: lends a servable by name, and runs requests on it. Thread-safe. */
public final class InferenceService {
    /** Names that a message lists at most. */
    private static final int NAMES_SHOWN = 20;

    private final Manager manager;
    private final ServingMap map;
    private final Map<String, ModelStatus> statuses;
    private final Listeners listeners;

    /**
     * @param manager whose models are served
     * @param listeners told of each request's end
     */
    public InferenceService(Manager manager, Listeners listeners) {
        this.manager = manager;
        this.map = manager.map();
        this.statuses = manager.statuses();
        this.listeners = listeners;
    }

    /**
     * Lends the servable that a request is addressed to; the caller closes the handle.
     *
     * @throws SlipwayException {@code NOT_FOUND} for an unknown model, version or label, naming those there are;
     *     {@code UNAVAILABLE} for one that is known but not served now, with its state
     */
    public Handle borrow(String model, VersionChoice version) {
        Handle handle = map.tryBorrow(model, version);
        if (handle == null) {
            throw notServed(model, version);
        }
        return handle;
    }

    /** As {@link #borrow(String, VersionChoice)}; {@code ticket} decides between the versions of a label. */
    public Handle borrow(String model, VersionChoice version, long ticket) {
        Handle handle = map.tryBorrow(model, version, ticket);
        if (handle == null) {
            throw notServed(model, version);
        }
        return handle;
    }

    /**
     * Has what could not be borrowed loaded, if it is loaded on demand.
     *
     * @return as {@link Manager#demand}; null when waiting would not help
     */
    public @Nullable CompletableFuture<Void> demand(String model, VersionChoice version) {
        return map.isOnDemand(model) ? manager.demand(model, version) : null;
    }

    /** Lends what a request waited for, if it is there; the caller closes the handle. */
    public @Nullable Handle tryBorrow(String model, VersionChoice version) {
        return map.tryBorrow(model, version);
    }

    /**
     * The signature of that name, or the default one for an empty name.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} when there is none, naming those there are
     */
    public static Signature signature(Handle handle, String name) {
        Map<String, Signature> signatures = handle.servable().description().signatures();
        String wanted = name.isEmpty() ? Signature.DEFAULT : name;
        Signature found = signatures.get(wanted);
        if (found == null) {
            throw new SlipwayException(
                    ErrorCode.FAILED_PRECONDITION,
                    "model '%s' has no signature '%s' (available: %s)"
                            .formatted(handle.id().model(), wanted, String.join(", ", signatures.keySet())));
        }
        return found;
    }

    /**
     * Checks a request against its signature and runs it on the calling thread; the caller closes the answer, and then
     * the handle.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when it does not fit the signature; {@code DEADLINE_EXCEEDED}
     *     when its deadline has passed; otherwise as {@link dev.slipway.api.Servable#run}
     */
    public Answer run(Handle handle, InferenceRequest request) {
        ErrorCode code = INTERNAL;
        long runNanos = 0;
        try {
            Signature signature = signature(handle, request.target().signature());
            signature.check(request.inputs(), request.outputs());
            long start = System.nanoTime();
            if (request.deadline().isExpired(start)) {
                throw new SlipwayException(
                        DEADLINE_EXCEEDED, "model '%s': the deadline passed before the run".formatted(handle.id()));
            }
            InferenceResult result;
            try {
                result = handle.servable().run(request);
            } finally {
                runNanos = System.nanoTime() - start;
            }
            code = OK;
            return new Answer(handle.id(), signature, result);
        } catch (SlipwayException e) {
            code = e.code();
            throw e;
        } catch (OutOfMemoryError e) {
            code = RESOURCE_EXHAUSTED;
            throw new SlipwayException(code, "model '%s': %s".formatted(handle.id(), e.getMessage()), e);
        } finally {
            listeners.requestEnded(handle.id(), code, runNanos);
        }
    }

    /**
     * Checks a request against its signature, and turns it into the one that the model itself is run with.
     *
     * @throws SlipwayException as {@link Signature#check} and {@link Transform#before}
     */
    public InferenceRequest before(Handle handle, Transform transform, InferenceRequest request) {
        long start = System.nanoTime();
        try {
            signature(handle, request.target().signature()).check(request.inputs(), request.outputs());
            return transform.before(request);
        } finally {
            listeners.transformed(handle.id(), TransformStep.BEFORE, System.nanoTime() - start);
        }
    }

    /**
     * Turns what the model answered into the answer to the request; it reads from {@code answer}, which the caller closes after
     * it.
     */
    public Answer after(Handle handle, Transform transform, InferenceRequest request, Answer answer) {
        long start = System.nanoTime();
        try {
            Signature signature = signature(handle, request.target().signature());
            return new Answer(handle.id(), signature, transform.after(request, answer.outputs()));
        } finally {
            listeners.transformed(handle.id(), TransformStep.AFTER, System.nanoTime() - start);
        }
    }

    /** That there is no such model; {@code known} are those that may be told. */
    public static SlipwayException unknown(String model, Iterable<String> known) {
        return new SlipwayException(NOT_FOUND, "model '%s' is unknown (known: %s)".formatted(model, firstOf(known)));
    }

    /** Why a model, version or label can't be borrowed. */
    public SlipwayException notServed(String model, VersionChoice choice) {
        ModelStatus status = statuses.get(model);
        if (status == null) {
            return unknown(model, statuses.keySet());
        }
        String available = status.versions().stream()
                .filter(version -> version.state() == VersionState.AVAILABLE)
                .map(version -> Long.toString(version.version()))
                .collect(Collectors.joining(", ", "", ""));
        String there = "(available: %s)".formatted(available.isEmpty() ? "none" : available);
        if (choice instanceof VersionChoice.Label label && status.labels().containsKey(label.label())) {
            return unavailable(
                    model,
                    "label '%s' names version %s, which is not loaded now %s"
                            .formatted(label.label(), status.labels().get(label.label()), there));
        }
        if (choice instanceof VersionChoice.Label label) {
            Split pending = status.pendingLabels().get(label.label());
            return pending != null
                    ? new SlipwayException(
                            UNAVAILABLE,
                            "model '%s': label '%s' waits for version %s, not all of which is available %s"
                                    .formatted(model, label.label(), pending, there))
                    : new SlipwayException(
                            NOT_FOUND,
                            "model '%s' has no label '%s' (labels: %s)"
                                    .formatted(
                                            model,
                                            label.label(),
                                            firstOf(status.labels().keySet())));
        }
        if (choice instanceof VersionChoice.Exact number) {
            return status.versions().stream()
                    .filter(version -> version.version() == number.version())
                    .filter(version -> version.state() != VersionState.ENDED)
                    .findFirst()
                    .map(version -> unavailable(model, "version " + describe(version) + " " + there))
                    .orElseGet(() -> new SlipwayException(
                            NOT_FOUND, "model '%s' has no version %d %s".formatted(model, number.version(), there)));
        }
        Optional<String> reason = Optional.ofNullable(status.problem()).map(SlipwayException::getMessage);
        return unavailable(
                model,
                "no version is available (%s)"
                        .formatted(reason.orElseGet(() -> status.versions().isEmpty()
                                ? "none is known"
                                : status.versions().stream()
                                        .map(InferenceService::describe)
                                        .collect(Collectors.joining("; ")))));
    }

    private static SlipwayException unavailable(String model, String what) {
        return new SlipwayException(UNAVAILABLE, "model '%s': %s".formatted(model, what));
    }

    private static String describe(VersionStatus version) {
        SlipwayException error = version.error();
        return version.version() + " is " + version.state() + (error == null ? "" : ": " + error.getMessage());
    }

    private static String firstOf(Iterable<String> names) {
        StringBuilder text = new StringBuilder();
        int count = 0;
        for (String name : names) {
            if (count++ == NAMES_SHOWN) {
                return text.append(", ...").toString();
            }
            text.append(text.isEmpty() ? "" : ", ").append(name);
        }
        return text.isEmpty() ? "none" : text.toString();
    }
}
