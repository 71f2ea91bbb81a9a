package dev.slipway.server.access;

import dev.slipway.access.Credentials;
import dev.slipway.access.Permit;
import dev.slipway.access.Principal;
import dev.slipway.access.Witness;
import dev.slipway.access.audit.AuditOrigin;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.endpoint.HttpAnswers;
import dev.slipway.server.endpoint.RestPath;
import dev.slipway.server.endpoint.StreamLine;
import dev.slipway.server.transport.GrpcCall;
import dev.slipway.server.transport.GrpcHandler;
import dev.slipway.server.transport.Refusals;
import dev.slipway.server.transport.RequestContext;
import dev.slipway.server.transport.RequestLog;
import dev.slipway.server.transport.RestHandler;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands before the routers: finds out who asks, and lets through what they may do. Every request and call comes this way; what
 * no table has a line for is denied. Where nobody said anything of access, it costs a look at a field.
 */
public final class Gate implements RestHandler, GrpcHandler {
    private static final RequestLog LOG = RequestLog.of(Gate.class);
    private static final String AUTHORIZATION = "authorization";
    private static final String API_KEY = "x-api-key";

    private final Supplier<Policy> policy;
    private final RestHandler rest;
    private final GrpcHandler grpc;
    private final Aside aside;
    private final Refusals refusals = new Refusals();

    /** Runs off the event loop what may wait. */
    @FunctionalInterface
    public interface Aside {
        /** @param refused told, in place of the work, that there is no room for it, or what the work threw */
        void submit(Runnable work, Consumer<SlipwayException> refused);
    }

    /** @param policy what holds now */
    public Gate(Supplier<Policy> policy, RestHandler rest, GrpcHandler grpc, Aside aside) {
        this.policy = policy;
        this.rest = rest;
        this.grpc = grpc;
        this.aside = aside;
    }

    @Override
    public void handle(RestRequest request, RestReply reply) {
        Policy now = policy.get();
        if (now.isOpen()) {
            rest.handle(request, reply);
            return;
        }
        Rule rule = RestRules.of(request.method(), RestPath.segments(request.path()));
        if (rule instanceof Rule.Open) {
            rest.handle(request, reply);
            return;
        }
        Credentials shown =
                Credentials.of(request.header(AUTHORIZATION), request.header(API_KEY), request.clientCertificate());
        AuditTrail trail = now.trail(() -> new AuditOrigin(
                request.method(),
                request.path(),
                host(request.remoteAddress()),
                request.context().requestId()));
        new Asked(
                        now,
                        rule,
                        shown,
                        trail,
                        request.context(),
                        request.turn(),
                        error -> {
                            count(error);
                            HttpAnswers.error(reply, error);
                        },
                        permit -> {
                            request.permit(permit);
                            rest.handle(request, reply);
                        },
                        aside)
                .decide();
    }

    @Override
    public void handle(GrpcCall call) {
        Policy now = policy.get();
        if (now.isOpen()) {
            grpc.handle(call);
            return;
        }
        Rule rule = GrpcRules.of(call.method());
        if (rule instanceof Rule.Open) {
            grpc.handle(call);
            return;
        }
        Credentials shown =
                Credentials.of(call.metadata(AUTHORIZATION), call.metadata(API_KEY), call.clientCertificate());
        AuditTrail trail = now.trail(() -> new AuditOrigin(
                "gRPC",
                call.method(),
                host(call.remoteAddress()),
                call.context().requestId()));
        Asked asked = new Asked(
                now,
                rule,
                shown,
                trail,
                call.context(),
                call.turn(),
                error -> {
                    count(error);
                    call.fail(error);
                },
                permit -> {
                    call.permit(permit);
                    grpc.handle(call);
                },
                aside);
        if (call.isOfStream()) {
            StreamLine line = (StreamLine) call.companion(Gate.class, () -> new StreamLine(call.turn()));
            line.add(() -> asked.before(line).decideUnseen());
        } else {
            asked.decide();
        }
    }

    /** What was refused here. */
    public Refusals refusals() {
        return refusals;
    }

    private void count(SlipwayException error) {
        if (error.code() == ErrorCode.UNAUTHENTICATED) {
            refusals.count(Refusals.Reason.UNAUTHENTICATED);
        } else if (error.code() == ErrorCode.PERMISSION_DENIED) {
            refusals.count(Refusals.Reason.DENIED);
        }
    }

    /** Without the port, which is another one for each connection: refusals that repeat themselves are counted by it. */
    private static String host(String address) {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }

    /**
     * A request at the gate.
     *
     * @param trail null where nothing is taken down
     * @param context by which words it is found again
     * @param loop that brought the request
     * @param refusal answers it
     * @param handler takes it, on its event loop
     */
    private record Asked(
            Policy now,
            Rule rule,
            Credentials shown,
            @Nullable AuditTrail trail,
            RequestContext context,
            Executor loop,
            Consumer<SlipwayException> refusal,
            Consumer<Permit> handler,
            Aside aside) {
        /** The same, with those behind it in a line let on once it was refused or handed over, whichever comes first. */
        Asked before(StreamLine line) {
            AtomicBoolean hasPassed = new AtomicBoolean();
            Runnable passed = () -> {
                if (hasPassed.compareAndSet(false, true)) {
                    line.placed();
                }
            };
            return new Asked(
                    now, rule, shown, trail, context, loop, then(refusal, passed), then(handler, passed), aside);
        }

        private static <T> Consumer<T> then(Consumer<T> first, Runnable next) {
            return taken -> {
                try {
                    first.accept(taken);
                } finally {
                    next.run();
                }
            };
        }

        /** As {@link #decide}, where the transport does not see what is thrown. */
        void decideUnseen() {
            answering(this::decide);
        }

        /** Lets through at once what can be decided at once; else on the same event loop, later. */
        void decide() {
            Principal known;
            try {
                known = now.authenticator().known(shown);
            } catch (SlipwayException e) {
                refuseShown(e);
                return;
            }
            if (known == null) {
                context.waits();
                aside.submit(this::decideLater, refusal);
                return;
            }
            Permit permit;
            try {
                permit = permit(known);
            } catch (SlipwayException e) {
                refusal.accept(e);
                return;
            }
            if (trail == null || trail.mayGoOn()) {
                // What the handler throws is the transport's to answer.
                handler.accept(permit);
            } else {
                context.waits();
                handleOnceTaken(permit);
            }
        }

        private void decideLater() {
            Principal known;
            try {
                known = now.authenticator().authenticate(shown);
            } catch (SlipwayException e) {
                refuseShown(e);
                return;
            }
            // What is denied here is answered by whoever runs this.
            handleOnceTaken(permit(known));
        }

        /** What was shown and is not good is taken down here; what is denied was when it was decided. */
        private void refuseShown(SlipwayException error) {
            if (trail != null && error.code() == ErrorCode.UNAUTHENTICATED) {
                trail.refused(rule.need(), error);
            }
            refusal.accept(error);
        }

        /** What one who is known may do, once the rule is kept. */
        private Permit permit(Principal known) {
            Permit permit = new Permit(known, now.rules(), trail == null ? Witness.NONE : trail);
            rule.check(permit);
            return permit;
        }

        @SuppressWarnings("FutureReturnValueIgnored") // Nothing comes after.
        private void handleOnceTaken(Permit permit) {
            if (trail == null) {
                loop.execute(() -> handle(permit));
                return;
            }
            trail.taken().whenComplete((done, failure) -> {
                if (failure == null) {
                    loop.execute(() -> handle(permit));
                } else {
                    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    refusal.accept(AuditTrail.asSlipwayException(cause));
                }
            });
        }

        private void handle(Permit permit) {
            answering(() -> handler.accept(permit));
        }

        /** The transport does not see what is thrown here. */
        private void answering(Runnable work) {
            try {
                work.run();
            } catch (SlipwayException e) {
                refusal.accept(e);
            } catch (RuntimeException | Error e) {
                LOG.error(context, "a request failed unexpectedly", e);
                refusal.accept(new SlipwayException(ErrorCode.INTERNAL, "unexpected: " + e, e));
            }
        }
    }
}
