package dev.slipway.server.access;

import dev.slipway.access.Action;
import dev.slipway.access.Need;
import dev.slipway.access.Principal;
import dev.slipway.access.Witness;
import dev.slipway.access.audit.AuditEvent;
import dev.slipway.access.audit.AuditOrigin;
import dev.slipway.access.audit.AuditOutcome;
import dev.slipway.access.audit.Auditor;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Takes down what is decided about one request. On one thread at a time. */
final class AuditTrail implements Witness {
    private static final CompletionStage<@Nullable Void> DONE = CompletableFuture.completedFuture(null);

    private final Auditor auditor;
    private final Set<Action> actions;
    private final AuditOrigin origin;
    private CompletionStage<@Nullable Void> taken = DONE;

    /** @param actions that are taken down when they are allowed; refusals always are */
    AuditTrail(Auditor auditor, Set<Action> actions, AuditOrigin origin) {
        this.auditor = auditor;
        this.actions = actions;
        this.origin = origin;
    }

    @Override
    public void decided(Principal principal, Need need, boolean isAllowed) {
        if (isAllowed && !actions.contains(need.action())) {
            return;
        }
        AuditOutcome refusal = principal.isAnonymous() ? AuditOutcome.UNAUTHENTICATED : AuditOutcome.DENIED;
        taken = auditor.record(
                AuditEvent.of(Instant.now(), principal, need, origin, isAllowed ? AuditOutcome.ALLOWED : refusal));
        if (taken.toCompletableFuture().isCompletedExceptionally()) {
            throw failure(taken);
        }
    }

    /** What was shown is not good. */
    void refused(Need need, SlipwayException why) {
        taken = auditor.record(
                AuditEvent.of(Instant.now(), Principal.ANONYMOUS, need, origin, AuditOutcome.UNAUTHENTICATED)
                        .withDetail(String.valueOf(why.getMessage())));
    }

    /** Whether it may go on now, without waiting. */
    boolean mayGoOn() {
        CompletableFuture<@Nullable Void> written = taken.toCompletableFuture();
        return written.isDone() && !written.isCompletedExceptionally();
    }

    @Override
    public CompletionStage<@Nullable Void> taken() {
        return taken;
    }

    private static SlipwayException failure(CompletionStage<@Nullable Void> failed) {
        try {
            failed.toCompletableFuture().join();
            return new SlipwayException(ErrorCode.INTERNAL, "failed without a reason");
        } catch (CompletionException e) {
            return asSlipwayException(e.getCause());
        }
    }

    static SlipwayException asSlipwayException(@Nullable Throwable failure) {
        return failure instanceof SlipwayException known
                ? known
                : new SlipwayException(
                        ErrorCode.UNAVAILABLE, "the audit log could not take this down: " + failure, failure);
    }
}
