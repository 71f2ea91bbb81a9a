package dev.slipway.server.config;

import dev.slipway.access.AccessRules;
import dev.slipway.access.Action;
import dev.slipway.access.audit.AuditSettings;
import dev.slipway.access.certificate.CertificateName;
import dev.slipway.access.token.TokenIssuer;
import dev.slipway.server.limits.Sharing;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What {@code access.yaml} says.
 *
 * @param rules who may do what
 * @param keys the file of API keys; null for none
 * @param issuers whose tokens are good
 * @param certificateNames what of a client's certificate names its holder; empty where certificates name nobody
 * @param sharing how those who ask share what there is
 * @param audit what is taken down; null for nothing
 */
public record AccessDocument(
        AccessRules rules,
        @Nullable Path keys,
        List<TokenIssuer> issuers,
        List<CertificateName> certificateNames,
        Sharing sharing,
        @Nullable Audit audit) {
    public AccessDocument {
        issuers = List.copyOf(issuers);
        certificateNames = List.copyOf(certificateNames);
    }

    /** Rules alone: nobody can show anything. */
    public static AccessDocument of(AccessRules rules) {
        return new AccessDocument(rules, null, List.of(), List.of(), Sharing.NONE, null);
    }

    /**
     * @param settings of the log
     * @param actions that are taken down when they are allowed; refusals always are
     */
    public record Audit(AuditSettings settings, Set<Action> actions) {
        public Audit {
            actions = Set.copyOf(actions);
        }
    }
}
