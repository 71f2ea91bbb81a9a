package dev.slipway.core.traffic;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.Tensor;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Handle;
import dev.slipway.core.InferenceService;
import dev.slipway.core.traffic.TrafficSettings.Sticky;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Picks the version that a request goes to, and lends it. Thread-safe. */
public final class Router {
    private final InferenceService inference;
    private final Traffic traffic;

    public Router(InferenceService inference, Traffic traffic) {
        this.inference = inference;
        this.traffic = traffic;
    }

    /** Where a request's headers, or its gRPC metadata, are found. */
    @FunctionalInterface
    public interface Headers {
        /** Of a request that has none. */
        Headers NONE = name -> null;

        /** The first value; null when there is none. */
        @Nullable
        String first(String lowerCaseName);
    }

    /** What a request is for, beyond what it says itself: who names nothing is for the default label, where there is one. */
    public Target routed(Target target) {
        TrafficSettings settings = traffic.settings(target.model());
        return settings == null
                        || settings.defaultLabel().isEmpty()
                        || !(target.version() instanceof VersionChoice.Latest)
                ? target
                : new Target(target.model(), new VersionChoice.Label(settings.defaultLabel()), target.signature());
    }

    /**
     * Lends the version that a request goes to; the caller closes the handle. Where a label names several, a header decides
     * if one is asked for and there, else chance.
     *
     * @throws SlipwayException as {@link InferenceService#borrow}; a default label that names nothing yet is {@code
     *     UNAVAILABLE}
     */
    public Handle borrow(Target target, Headers headers) {
        String model = target.model();
        TrafficSettings settings = traffic.settings(model);
        if (settings == null) {
            return inference.borrow(model, target.version());
        }
        VersionChoice choice = routed(target).version();
        Sticky sticky = settings.sticky();
        if (choice instanceof VersionChoice.Label && sticky != null && sticky.source() == Sticky.Source.HEADER) {
            String value = headers.first(sticky.name());
            if (value != null && !value.isEmpty()) {
                return inference.borrow(model, choice, Tickets.of(model, value));
            }
        }
        return inference.borrow(model, choice);
    }

    /**
     * Once a request is read: the version that its input decides on, where that is asked for. The handle stays as it is where
     * the input is missing, or where the other version's signature is not the same, since the request was read for the
     * first one's.
     *
     * @param asked what the request says itself
     * @param handle what was lent for it
     * @return {@code handle}, or another in its place, {@code handle} being closed
     */
    public Handle settle(Target asked, Handle handle, InferenceRequest request) {
        TrafficSettings settings = traffic.settings(asked.model());
        Sticky sticky = settings == null ? null : settings.sticky();
        if (settings == null || sticky == null || sticky.source() != Sticky.Source.INPUT) {
            return handle;
        }
        VersionChoice choice = routed(asked).version();
        Tensor input = request.inputs().get(sticky.name());
        Long ticket = input == null || !(choice instanceof VersionChoice.Label)
                ? null
                : Tickets.ofFirst(asked.model(), input);
        Handle other = ticket == null ? null : traffic.map().tryBorrow(asked.model(), choice, ticket);
        if (other == null) {
            return handle;
        }
        boolean isBetter = false;
        try {
            String signature = request.target().signature();
            isBetter = !other.id().equals(handle.id()) && agree(handle, other, signature);
        } finally {
            // The caller closes the one that it keeps, also when a model could not be asked.
            (isBetter ? handle : other).close();
        }
        return isBetter ? other : handle;
    }

    private static boolean agree(Handle one, Handle other, String signature) {
        String name = signature.isEmpty() ? Signature.DEFAULT : signature;
        Map<String, Signature> signatures = one.servable().description().signatures();
        Signature found = signatures.get(name);
        return found != null
                && found.equals(other.servable().description().signatures().get(name));
    }

    /** A copy to be made for a shadow of a request that {@code handle} will answer; null for most. */
    public @Nullable ShadowCopy sample(Handle handle, InferenceRequest request) {
        return traffic.sample(handle, request);
    }
}
