package dev.slipway.server.access;

import dev.slipway.access.AccessRules;
import dev.slipway.access.Authenticator;
import dev.slipway.access.Authenticators;
import dev.slipway.access.certificate.Certificates;
import dev.slipway.access.key.ApiKey;
import dev.slipway.access.key.ApiKeys;
import dev.slipway.access.key.KeyFile;
import dev.slipway.access.token.Tokens;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.AccessDocument;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * By what callers are known. Immutable but for what keys and issuers say.
 *
 * @param said what this was made of
 * @param keys null for none
 * @param tokens null for none
 */
record Identities(
        AccessDocument said,
        @Nullable KeyFile keys,
        @Nullable Tokens tokens) {
    /** Nobody can show anything. */
    static final Identities NOBODY = new Identities(AccessDocument.of(AccessRules.NOTHING), null, null);

    private static final System.Logger LOG = System.getLogger(Identities.class.getName());

    /**
     * Those of another document. What it says as this one did stays: tokens that were found good, and keys of a file that is broken
     * now.
     *
     * @throws SlipwayException {@code FAILED_PRECONDITION} when its file of keys is not there, or broken
     */
    Identities changed(AccessDocument other) {
        Path file = other.keys();
        KeyFile kept = file == null ? null : file.equals(said.keys()) && keys != null ? keys : KeyFile.open(file);
        boolean isSame = other.issuers().equals(said.issuers());
        Tokens trusted =
                isSame ? tokens : other.issuers().isEmpty() ? null : new Tokens(other.issuers(), Clock.systemUTC());
        return new Identities(other, kept, trusted);
    }

    /** Asked in this order; a client's certificate is for those who show nothing else. */
    Authenticators authenticators() {
        List<Authenticator> all = new ArrayList<>();
        if (keys != null) {
            all.add(new ApiKeys(keys::keys, Clock.systemUTC()));
        }
        if (tokens != null) {
            all.add(tokens);
        }
        if (!said.certificateNames().isEmpty()) {
            all.add(new Certificates(said.certificateNames(), Clock.systemUTC()));
        }
        return new Authenticators(all);
    }

    /** Looks at the file of keys again; answers what is wrong with it, null for nothing. */
    @Nullable
    String look() {
        if (keys == null) {
            return null;
        }
        try {
            if (keys.refresh()) {
                LOG.log(Level.INFO, "API keys were read anew");
            }
        } catch (SlipwayException e) {
            LOG.log(Level.ERROR, e.getMessage());
        }
        return keys.fault();
    }

    /** Says which good key has a role that there is not, which gives it nothing; null when none has. */
    @Nullable
    String unknownRole(AccessRules rules) {
        if (keys == null) {
            return null;
        }
        Instant now = Instant.now();
        for (ApiKey key : keys.keys().keys()) {
            boolean isGood = key.lifetime().refusal(now) == null;
            for (String role : key.rights().roles()) {
                if (isGood && !rules.knows(role)) {
                    return "keys file '%s': key '%s' of '%s' has the role '%s' (expected: one of %s)"
                            .formatted(said.keys(), key.id(), key.name(), role, rules.roles());
                }
            }
        }
        return null;
    }

    /** Issuers of tokens whose keys could not be had. */
    int issuerFaults() {
        return tokens == null ? 0 : tokens.faults().size();
    }

    /** Fetches the keys of issuers where it is time; may wait for them. */
    void fetch() {
        try {
            if (tokens != null && !tokens.refresh().isEmpty()) {
                LOG.log(Level.INFO, "the keys of issuers of tokens were fetched");
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, e.getMessage());
        }
    }
}
