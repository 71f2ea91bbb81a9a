package dev.slipway.source;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;

/**
 * A model that lies elsewhere, by name.
 *
 * @param name what clients call it
 * @param location an {@code http:}, {@code https:}, {@code s3:} or {@code gs:} URL
 * @param selection which of its versions
 */
public record RemoteModel(String name, String location, Selection selection) {
    /** @throws SlipwayException {@code INVALID_ARGUMENT} for a name that no request could name, or a bad location */
    public RemoteModel {
        if (name.isEmpty() || name.indexOf('/') >= 0 || name.indexOf(':') >= 0) {
            throw new SlipwayException(
                    ErrorCode.INVALID_ARGUMENT,
                    "model name '%s' (expected: not empty, without '/' and ':')".formatted(name));
        }
        Locations.check(location);
    }

    /** Leaves out what may be secret in the location. */
    @Override
    public String toString() {
        return "RemoteModel[%s, %s]".formatted(name, Locations.shown(location));
    }
}
