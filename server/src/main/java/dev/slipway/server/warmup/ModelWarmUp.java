package dev.slipway.server.warmup;

import dev.slipway.api.Deadline;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.Loader;
import dev.slipway.api.Servable;
import dev.slipway.api.ServableId;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.WarmUp;
import dev.slipway.server.config.WarmUpConfig;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;

/** Runs the requests that lie beside a version's files, before others reach it. Thread-safe. */
public final class ModelWarmUp implements WarmUp {
    private static final System.Logger LOG = System.getLogger(ModelWarmUp.class.getName());

    /** A first run may be far slower than all that follow. */
    private static final Duration RUN_MAX = Duration.ofMinutes(10);

    private final Function<String, WarmUpConfig> configs;

    /** @param configs what is said of a model, by its name; asked at each load */
    public ModelWarmUp(Function<String, WarmUpConfig> configs) {
        this.configs = configs;
    }

    @Override
    public void run(ServableId id, Loader loader, Servable servable) {
        WarmUpConfig config = configs.apply(id.model());
        Path path = loader.path();
        if (!config.isEnabled() || path == null) {
            return;
        }
        Map<String, Samples> files = config.file().isEmpty()
                ? WarmUpFiles.found(id.model(), path)
                : Map.of(config.file(), named(path, config.file()));
        files.forEach((name, samples) -> run(new Run(id, servable, config.runs()), name, samples));
    }

    private static Samples named(Path path, String name) {
        try {
            return WarmUpFiles.named(path, name);
        } catch (SlipwayException e) {
            throw WarmUpFailure.at("warm-up", e);
        }
    }

    private static void run(Run run, String name, Samples samples) {
        String place = "warm-up, " + name;
        try {
            samples.each(run::signature, run);
        } catch (SlipwayException e) {
            throw WarmUpFailure.at(place, e);
        } catch (IOException e) {
            throw new SlipwayException(ErrorCode.UNAVAILABLE, "%s can't be read: %s".formatted(place, e), e);
        }
        LOG.log(Level.DEBUG, "{0}: {1}: {2} runs", run.id, name, run.count);
    }

    /** Runs the samples of one file. */
    private static final class Run implements Samples.Runner {
        private final ServableId id;
        private final Servable servable;
        private final int runs;
        private int count;

        Run(ServableId id, Servable servable, int runs) {
            this.id = id;
            this.servable = servable;
            this.runs = runs;
        }

        @Override
        public void run(String place, Samples.Reader reader) throws IOException {
            try {
                run(reader.read());
            } catch (SlipwayException e) {
                throw WarmUpFailure.at(place, e);
            }
        }

        private void run(Sample sample) {
            signature(sample.signature()).check(sample.inputs(), sample.outputs());
            Target target = new Target(id.model(), new VersionChoice.Exact(id.version()), sample.signature());
            for (long left = (long) runs * sample.runs(); left > 0; left--) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new SlipwayException(ErrorCode.CANCELLED, "the load was called off");
                }
                Deadline deadline = Deadline.after(RUN_MAX, System.nanoTime());
                servable.run(new InferenceRequest(target, sample.inputs(), sample.outputs(), deadline))
                        .close();
                count++;
            }
        }

        private Signature signature(String name) {
            Map<String, Signature> signatures = servable.description().signatures();
            Signature found = signatures.get(name.isEmpty() ? Signature.DEFAULT : name);
            if (found == null) {
                throw new SlipwayException(
                        ErrorCode.FAILED_PRECONDITION,
                        "no signature '%s' (expected: one of %s)".formatted(name, signatures.keySet()));
            }
            return found;
        }
    }
}
