package dev.slipway.server.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.access.AccessRules;
import dev.slipway.access.Action;
import dev.slipway.access.Authenticator;
import dev.slipway.access.Authenticators;
import dev.slipway.access.Credentials;
import dev.slipway.access.Principal;
import dev.slipway.access.audit.AuditEvent;
import dev.slipway.access.audit.AuditOutcome;
import dev.slipway.access.audit.Auditor;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.transport.Refusals;
import dev.slipway.server.transport.Transport;
import dev.slipway.server.transport.TransportLimits;
import dev.slipway.server.transport.TransportOptions;
import dev.slipway.server.transport.TransportTimeouts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is taken down at the gate, and what does not go on when it can't be. */
@Timeout(60)
class GateTest {
    private static final String UNLOAD = "/v2/repository/models/iris/unload";
    private static final SlipwayException FULL = new SlipwayException(ErrorCode.UNAVAILABLE, "the disk is full");

    private final List<AuditEvent> taken = new CopyOnWriteArrayList<>();
    private final AtomicInteger handled = new AtomicInteger();
    private Gate gate;

    /** Takes anything for a credential, as one who looks at clients' certificates does; knows nobody or somebody. */
    private record Knowing(Principal known) implements Authenticator {
        @Override
        public boolean takes(Credentials credentials) {
            return true;
        }

        @Override
        public @Nullable Principal known(Credentials credentials) {
            return known;
        }

        @Override
        public Principal authenticate(Credentials credentials) {
            return known;
        }
    }

    /** It is found to have failed only by those who look again. */
    private static final class LateFailure extends CompletableFuture<Void> {
        private boolean isSeen;

        @Override
        public boolean isCompletedExceptionally() {
            if (!isSeen) {
                isSeen = true;
                completeExceptionally(FULL);
                return false;
            }
            return super.isCompletedExceptionally();
        }
    }

    private int ask(Authenticator authenticator, String path, Auditor auditor) throws Exception {
        AccessRules rules = new AccessRules(Map.of(), Map.of("key:ci", Set.of("admin")));
        Policy policy = new Policy(authenticator, rules, auditor, Set.of(Action.DEPLOY, Action.ADMINISTER));
        gate = new Gate(
                () -> policy,
                (request, reply) -> {
                    handled.incrementAndGet();
                    reply.send(200, "text/plain", Map.of(), request.body());
                },
                call -> {},
                (work, refused) -> work.run());
        Transport transport = new Transport(
                new TransportOptions("127.0.0.1", List.of(0), 1, TransportLimits.defaults(), TransportTimeouts.DEFAULT),
                gate,
                gate,
                List.of());
        try {
            URI uri = URI.create(
                    "http://127.0.0.1:%d%s".formatted(transport.start().get(0), path));
            HttpClient http =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .POST(HttpRequest.BodyPublishers.ofString("{}"))
                    .build();
            return http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
        } finally {
            transport.stop(Duration.ofMillis(200));
        }
    }

    private CompletableFuture<@Nullable Void> note(AuditEvent event) {
        taken.add(event);
        return CompletableFuture.completedFuture(null);
    }

    @Test
    void aDenialIsTakenDownOnceAlsoOfOneWhoShowsWhatNamesNobody() throws Exception {
        assertThat(ask(new Knowing(Principal.ANONYMOUS), UNLOAD, this::note)).isEqualTo(401);
        assertThat(taken).hasSize(1);
        assertThat(taken.get(0).outcome()).isEqualTo(AuditOutcome.UNAUTHENTICATED);
        assertThat(gate.refusals().counted(Refusals.Reason.UNAUTHENTICATED)).isEqualTo(1);
        assertThat(taken.get(0).subject().model()).isEqualTo("iris");

        assertThat(ask(new Knowing(new Principal("key:reports", Set.of(), Set.of())), UNLOAD, this::note))
                .isEqualTo(403);
        assertThat(taken).hasSize(2);
        assertThat(taken.get(1).outcome()).isEqualTo(AuditOutcome.DENIED);
        assertThat(gate.refusals().counted(Refusals.Reason.DENIED)).isEqualTo(1);
        assertThat(handled).hasValue(0);
    }

    @Test
    void nothingGoesOnWhoseLineFailsBetweenTwoLooks() throws Exception {
        Principal admin = new Principal("key:ci", Set.of(), Set.of());
        assertThat(ask(new Knowing(admin), UNLOAD, event -> new LateFailure())).isEqualTo(503);
        assertThat(handled).hasValue(0);
        assertThat(ask(new Knowing(admin), UNLOAD, event -> CompletableFuture.failedFuture(FULL)))
                .isEqualTo(503);
        assertThat(handled).hasValue(0);
        assertThat(ask(new Knowing(admin), UNLOAD, this::note)).isEqualTo(200);
        assertThat(handled).hasValue(1);
    }

    @Test
    void whoShowsWhatNobodyLooksAtIsTakenDownOnce() throws Exception {
        assertThat(ask(new Authenticators(List.of()), UNLOAD, this::note)).isEqualTo(401);
        assertThat(taken).hasSize(1);
    }
}
