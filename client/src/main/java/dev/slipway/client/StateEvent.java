package dev.slipway.client;

import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A version changed its state.
 *
 * @param id which version
 * @param state its new state
 * @param time when
 * @param error why, when something is wrong with it; null otherwise
 */
public record StateEvent(
        ServableId id,
        VersionState state,
        Instant time,
        @Nullable SlipwayException error) {

    /** @throws SlipwayException {@code DATA_LOSS} when {@code json} is no such event */
    static StateEvent parse(String json) {
        return JsonCursor.parse("the event", json, at -> new Reader().read(at));
    }

    private static final class Reader {
        private String model = "";
        private long version;
        private VersionState state = VersionState.NEW;
        private Instant time = Instant.EPOCH;
        private @Nullable SlipwayException error;

        StateEvent read(JsonCursor at) throws IOException {
            at.object(key -> {
                switch (key) {
                    case "model" -> model = at.text();
                    case "version" -> version = at.number();
                    case "state" -> state = VersionState.valueOf(at.text());
                    case "time" -> time = Instant.parse(at.text());
                    case "error" -> error = OperationList.error(at);
                    default -> at.skip();
                }
            });
            return new StateEvent(new ServableId(model, version), state, time, error);
        }
    }
}
