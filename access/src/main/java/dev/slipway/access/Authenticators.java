package dev.slipway.access;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Asks the first of several that takes the credentials. What was shown and is not good is an error, never a reason to go on as
 * somebody else.
 *
 * @param all in the order in which they are asked
 */
public record Authenticators(List<Authenticator> all) implements Authenticator {
    public Authenticators {
        all = List.copyOf(all);
    }

    @Override
    public boolean takes(Credentials credentials) {
        return all.stream().anyMatch(each -> each.takes(credentials));
    }

    @Override
    public @Nullable Principal known(Credentials credentials) {
        Authenticator one = find(credentials);
        return one == null ? Principal.ANONYMOUS : one.known(credentials);
    }

    @Override
    public Principal authenticate(Credentials credentials) {
        Authenticator one = find(credentials);
        return one == null ? Principal.ANONYMOUS : one.authenticate(credentials);
    }

    /** Null for somebody who shows nothing; a client's certificate alone is nothing where nobody looks at certificates. */
    private @Nullable Authenticator find(Credentials credentials) {
        String bearer = credentials.bearer();
        String key = credentials.key();
        if (bearer != null && key != null && !bearer.equals(key)) {
            // One of them would be looked at, and the other taken for good.
            throw new SlipwayException(
                    ErrorCode.UNAUTHENTICATED,
                    "X-API-Key and Authorization: Bearer were both shown, and differ (expected: one of the two)");
        }
        for (Authenticator each : all) {
            if (each.takes(credentials)) {
                return each;
            }
        }
        if (bearer == null && key == null) {
            return null;
        }
        throw new SlipwayException(
                ErrorCode.UNAUTHENTICATED,
                bearer == null
                        ? "an API key was shown, and this server knows none"
                        : "a token was shown, and this server knows no issuer of such");
    }
}
