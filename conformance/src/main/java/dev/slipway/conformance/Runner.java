package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.api.SlipwayException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Asks a server for one case after the other. */
public final class Runner implements AutoCloseable {
    private final Wire wire;
    private final Speech rest;
    private final Speech grpc;
    private final Peer peer;

    public Runner(Target target) {
        this.wire = new Wire(target.limit(), target.caller());
        this.rest = new RestSpeech(wire, target);
        this.grpc = new GrpcSpeech(wire, target);
        this.peer = new Peer(target, wire);
    }

    /** @throws SlipwayException {@code UNAVAILABLE} when there is no server */
    public List<Outcome> run(List<VectorCase> cases) {
        peer.greet();
        List<Outcome> outcomes = new ArrayList<>();
        for (VectorCase one : cases) {
            outcomes.add(run(one));
        }
        return outcomes;
    }

    private Outcome run(VectorCase one) {
        String missing = peer.missing(one);
        if (missing != null) {
            return Outcome.skipped(one, missing);
        }
        int number = 0;
        for (Step step : one.steps()) {
            number++;
            Outcome failed = failure(one, step, one.steps().size() == 1 ? "" : "step " + number + ": ");
            if (failed != null) {
                return failed;
            }
        }
        return new Outcome(one, Outcome.Verdict.PASSED, "", "", "");
    }

    private @Nullable Outcome failure(VectorCase one, Step step, String where) {
        Speech speech = step.grpc() ? grpc : rest;
        String request = speech.show(step.request());
        try {
            Answer answer = speech.ask(step.request());
            Set<String> faults = new LinkedHashSet<>();
            for (JsonNode alternative : step.expect()) {
                String fault = speech.fault(alternative, answer);
                if (fault == null) {
                    return null;
                }
                faults.add(fault);
            }
            String reason = where + String.join("; or ", faults);
            return new Outcome(one, Outcome.Verdict.FAILED, reason, request, speech.show(answer));
        } catch (SlipwayException e) {
            return new Outcome(one, Outcome.Verdict.FAILED, where + e.getMessage(), request, "");
        }
    }

    @Override
    public void close() {
        wire.close();
    }
}
