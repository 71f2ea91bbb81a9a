package dev.slipway.server.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.control.Change;
import dev.slipway.server.control.Control;
import dev.slipway.server.control.Revision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Keeps revisions, and does nothing else. */
public final class FakeControl implements Control {
    private final List<Revision> revisions = new ArrayList<>();

    public FakeControl(Map<String, ModelConfig> models) {
        add(
                new ServingConfig(
                        "/models",
                        ModelConfig.DEFAULT,
                        new TreeMap<>(models),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(1),
                        0),
                "start");
    }

    private Revision add(ServingConfig config, String origin) {
        Revision revision = new Revision(revisions.size() + 1L, FakeModels.SINCE, origin, config);
        revisions.add(0, revision);
        return revision;
    }

    @Override
    public synchronized Revision current() {
        return revisions.get(0);
    }

    @Override
    public synchronized List<Revision> history() {
        return List.copyOf(revisions);
    }

    @Override
    public ServingConfig read(String subject, String text) {
        throw new AssertionError("tests have texts of their own");
    }

    @Override
    public List<SlipwayException> faults() {
        return List.of();
    }

    @Override
    public synchronized Change diff(ServingConfig candidate) {
        List<Change.Step> steps = candidate.models().keySet().stream()
                .map(model -> new Change.Step(Change.What.LOAD, model, "version 1", "100 B", null))
                .toList();
        return new Change(steps, 100, 1000);
    }

    @Override
    public synchronized Revision apply(UnaryOperator<ServingConfig> edit, String origin) {
        ServingConfig changed = edit.apply(current().config());
        return changed.equals(current().config()) ? current() : add(changed, origin);
    }

    @Override
    public synchronized Revision reload(String origin) {
        throw new SlipwayException(
                ErrorCode.FAILED_PRECONDITION, "the server was started without a configuration file");
    }

    @Override
    public synchronized Revision rollback(OptionalLong number, String origin) {
        long wanted = number.orElse(current().number() - 1);
        Revision found = revisions.stream()
                .filter(revision -> revision.number() == wanted)
                .findFirst()
                .orElseThrow(() -> new SlipwayException(
                        ErrorCode.NOT_FOUND, "revision %d is not kept (expected: 1)".formatted(wanted)));
        return add(found.config(), "rollback to " + wanted);
    }
}
