package dev.slipway.client;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** Tells people of an operation until its end. */
final class OperationProgress {
    private final SlipwayClient client;
    private final PrintWriter out;
    private String told = "";

    OperationProgress(SlipwayClient client, PrintWriter out) {
        this.client = client;
        this.out = out;
    }

    /** @throws SlipwayException when the operation does not end well, with its reason */
    void follow(OperationSummary begun, boolean noWait) {
        if (noWait) {
            out.println("%s (%s of %s; 'slipway operations' tells how it stands)"
                    .formatted(begun.id(), begun.kind(), Printable.line(begun.subject())));
            out.flush();
            return;
        }
        OperationSummary end = begun.isEnded() ? begun : client.await(begun.id(), this::tell);
        SlipwayException error = end.error();
        if (!end.state().equals("done")) {
            throw error != null
                    ? error
                    : new SlipwayException(
                            ErrorCode.UNKNOWN, "%s of %s is %s".formatted(end.kind(), end.subject(), end.state()));
        }
        Instant ended = Objects.requireNonNullElse(end.ended(), end.started());
        out.println("%s: %sed in %.1f s"
                .formatted(
                        Printable.line(end.subject()),
                        end.kind(),
                        Duration.between(end.started(), ended).toMillis() / 1000.0));
        out.flush();
    }

    private void tell(OperationSummary now) {
        if (!now.isEnded() && !now.progress().isEmpty() && !now.progress().equals(told)) {
            told = now.progress();
            out.println("%s: %s".formatted(Printable.line(now.subject()), Printable.line(told)));
            out.flush();
        }
    }
}
