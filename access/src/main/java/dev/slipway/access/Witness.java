package dev.slipway.access;

import dev.slipway.api.SlipwayException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Is told what was decided about one request, before anything comes of it. */
@FunctionalInterface
public interface Witness {
    /** Keeps nothing. */
    Witness NONE = (principal, need, isAllowed) -> {};

    /** @throws SlipwayException {@code UNAVAILABLE} when it is not to be done, since it can't be taken down */
    void decided(Principal principal, Need need, boolean isAllowed);

    /** Completed once what was decided last may go on, on any thread; fails with {@link SlipwayException} when it may not. */
    default CompletionStage<@Nullable Void> taken() {
        return CompletableFuture.completedFuture(null);
    }
}
