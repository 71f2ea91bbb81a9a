package dev.slipway.access.key;

import dev.slipway.access.Authenticator;
import dev.slipway.access.Credentials;
import dev.slipway.access.Principal;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells who shows an API key, in {@code X-API-Key} or as {@code Authorization: Bearer}. Never waits for anything.
 *
 * @param keys those that hold now, asked for on every request
 */
public record ApiKeys(Supplier<KeyList> keys, InstantSource clock) implements Authenticator {
    /** Any {@code X-API-Key}; of bearers, those that say that they are keys. */
    @Override
    public boolean takes(Credentials credentials) {
        return credentials.key() != null || bearer(credentials) != null;
    }

    @Override
    public Principal known(Credentials credentials) {
        return authenticate(credentials);
    }

    @Override
    public Principal authenticate(Credentials credentials) {
        String shown = credentials.key() == null ? bearer(credentials) : credentials.key();
        String id = shown == null ? null : KeyText.idOf(shown);
        if (shown == null || id == null) {
            throw unknown();
        }
        KeyList.Held held = keys.get().find(id);
        // Ids are no secrets: that there is none with this id may be seen in the time it takes.
        if (held == null || !held.isShownBy(shown)) {
            throw unknown();
        }
        // Who has the key may know what became of it.
        Lifetime lifetime = held.key().lifetime();
        String refusal = lifetime.mayEnd() ? lifetime.refusal(clock.instant()) : null;
        if (refusal != null) {
            throw refused("the API key '%s' %s".formatted(id, refusal));
        }
        return held.principal();
    }

    private static @Nullable String bearer(Credentials credentials) {
        String bearer = credentials.bearer();
        return bearer != null && bearer.startsWith(KeyText.PREFIX) ? bearer : null;
    }

    private static SlipwayException unknown() {
        return refused("the API key is not known");
    }

    private static SlipwayException refused(String message) {
        return new SlipwayException(ErrorCode.UNAUTHENTICATED, message);
    }
}
