package dev.slipway.access.token;

import dev.slipway.access.Principal;
import dev.slipway.access.Sha256;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tokens that were found good, by their SHA-256, so that none lies in memory. Each is forgotten when it expires, when its
 * issuer's keys are others or too old, and when there are too many. Thread-safe.
 */
final class VerifiedTokens {
    private final Map<Digest, Verified> verified = new ConcurrentHashMap<>();
    private final int tokensMax;

    /**
     * @param until in milliseconds, when it expires
     * @param keys of the issuer, when it was found good
     */
    record Verified(Principal principal, long until, IssuerKeys issuer, PublicKeys keys) {
        boolean isGood(long now) {
            return now < until && issuer.now() == keys;
        }
    }

    private record Digest(long first, long second, long third, long fourth) {
        @Override
        public int hashCode() {
            return Long.hashCode(first);
        }
    }

    VerifiedTokens(int tokensMax) {
        this.tokensMax = tokensMax;
    }

    @Nullable
    Principal find(String token, long now) {
        Digest digest = digest(token);
        Verified found = verified.get(digest);
        if (found == null) {
            return null;
        }
        if (!found.isGood(now)) {
            verified.remove(digest, found);
            return null;
        }
        return found.principal();
    }

    void add(String token, Verified good, long now) {
        if (verified.size() >= tokensMax) {
            verified.values().removeIf(each -> !each.isGood(now));
            if (verified.size() >= tokensMax) {
                verified.clear();
            }
        }
        verified.put(digest(token), good);
    }

    int size() {
        return verified.size();
    }

    private static Digest digest(String token) {
        ByteBuffer sum = ByteBuffer.wrap(Sha256.of(token));
        return new Digest(sum.getLong(), sum.getLong(), sum.getLong(), sum.getLong());
    }
}
