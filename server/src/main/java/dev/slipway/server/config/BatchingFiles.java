package dev.slipway.server.config;

import dev.slipway.api.ServingListener;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.VersionState;
import dev.slipway.core.Timer;
import dev.slipway.core.batching.BatchSizes;
import dev.slipway.core.batching.BatchingConfig;
import dev.slipway.core.batching.BatchingParameters;
import dev.slipway.core.batching.Joining;
import dev.slipway.core.batching.Queueing;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Says how requests are to be run: for all models what the flags and {@code --batching_parameters_file} say, for one
 * what the {@code config.pbtxt} in its folder says. The files are looked at again and again; a change goes out as a
 * whole new {@link BatchingConfig}. Thread-safe.
 */
public final class BatchingFiles implements ServingListener, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(BatchingFiles.class.getName());
    private static final String CONFIG_NAME = "config.pbtxt";

    private final ServerOptions.Batching asked;
    private final Supplier<Map<String, Path>> folders;
    private final @Nullable SettingsFile<BatchingParameters> parametersFile;

    /** By model; touched while this object's monitor is held. */
    private final Map<String, SettingsFile<BatchingParameters>> models = new TreeMap<>();

    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "slipway-settings");
        made.setDaemon(true);
        return made;
    });

    /** What is said elsewhere; written while this object's monitor is held. */
    private Asked elsewhere = new Asked(Map.of(), null);

    private volatile @Nullable Started started;
    private volatile int faults;

    /**
     * What is said elsewhere.
     *
     * @param byModel goes before a model's {@code config.pbtxt}
     * @param fallback goes before the parameters file and the flags; null where nothing is said
     */
    private record Asked(
            Map<String, BatchingParameters> byModel,
            @Nullable BatchingParameters fallback) {}

    /** Whom to tell, what was told last, and what to wait with. */
    private static final class Started {
        final Consumer<BatchingConfig> configure;
        final Timer timer;

        @Nullable
        BatchingConfig told;

        Started(Consumer<BatchingConfig> configure, Timer timer) {
            this.configure = configure;
            this.timer = timer;
        }
    }

    /**
     * Reads the parameters file.
     *
     * @param folders where the models lie, asked anew at each look
     * @throws SlipwayException {@code INVALID_ARGUMENT} when the parameters file is broken: better no server than one
     *     that does not do as it was told
     */
    public BatchingFiles(ServerOptions.Batching asked, Supplier<Map<String, Path>> folders) {
        this.asked = asked;
        this.folders = folders;
        Path path = asked.parametersFile();
        parametersFile = path == null
                ? null
                : new SettingsFile<>(
                        path,
                        true,
                        (subject, text) -> TensorFlowBatching.parse(
                                "batching parameters " + subject, text, asked.latencyObjective()));
        if (parametersFile != null) {
            parametersFile.look();
            SlipwayException fault = parametersFile.fault();
            if (fault != null) {
                thread.shutdown();
                throw fault;
            }
        }
    }

    /**
     * Tells {@code configure} before it returns, and after each change.
     *
     * @param poll time between two looks; zero or below for none after the first but at models that come
     */
    public void start(Consumer<BatchingConfig> configure, Duration poll) {
        start(configure, poll, (delay, task) -> {
            ScheduledFuture<?> planned = thread.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> planned.cancel(false);
        });
    }

    void start(Consumer<BatchingConfig> configure, Duration poll, Timer timer) {
        started = new Started(configure, timer);
        lookAtAll();
        if (poll.compareTo(Duration.ZERO) > 0) {
            lookLater(timer, poll);
        }
    }

    private void lookLater(Timer timer, Duration poll) {
        timer.schedule(poll, () -> {
            guarded(this::lookAtAll);
            lookLater(timer, poll);
        });
    }

    /** Whatever goes wrong in a look, others follow. */
    private static void guarded(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "a look at the settings for batching failed; it is taken again", e);
        }
    }

    /** Files that are broken now. */
    public int faults() {
        return faults;
    }

    /** A version that comes may bring settings: they are to hold from its first request on. */
    @Override
    public void stateChanged(StateChange change) {
        Started now = started;
        if (now != null && change.state() == VersionState.NEW) {
            now.timer.schedule(
                    Duration.ZERO, () -> guarded(() -> lookAt(change.id().model())));
        }
    }

    private synchronized void lookAt(String model) {
        SettingsFile<BatchingParameters> file = models.get(model);
        if (file == null) {
            lookAtAll();
        } else if (file.look()) {
            tell();
        }
    }

    private synchronized void lookAtAll() {
        Map<String, Path> found = folders.get();
        models.keySet().retainAll(found.keySet());
        found.forEach((model, folder) -> models.compute(
                model, (name, known) -> known != null && known.path().startsWith(folder) ? known : configOf(folder)));
        if (parametersFile != null) {
            parametersFile.look();
        }
        models.values().forEach(SettingsFile::look);
        tell();
    }

    private SettingsFile<BatchingParameters> configOf(Path folder) {
        return new SettingsFile<>(
                folder.resolve(CONFIG_NAME),
                false,
                (subject, text) -> TritonBatching.parse(subject, text, asked.latencyObjective()));
    }

    /**
     * Takes what is said elsewhere, whole.
     *
     * @param byModel goes before a model's {@code config.pbtxt}
     * @param fallback goes before the parameters file and the flags; null where nothing is said
     */
    public synchronized void ask(Map<String, BatchingParameters> byModel, @Nullable BatchingParameters fallback) {
        Asked changed = new Asked(Map.copyOf(byModel), fallback);
        if (!changed.equals(elsewhere)) {
            elsewhere = changed;
            tell();
        }
    }

    private void tell() {
        int broken = parametersFile != null && parametersFile.fault() != null ? 1 : 0;
        Map<String, BatchingParameters> byModel = new TreeMap<>();
        for (Map.Entry<String, SettingsFile<BatchingParameters>> model : models.entrySet()) {
            BatchingParameters parameters = model.getValue().said();
            if (parameters != null) {
                byModel.put(model.getKey(), parameters);
            }
            broken += model.getValue().fault() != null ? 1 : 0;
        }
        faults = broken;
        byModel.putAll(elsewhere.byModel());
        BatchingConfig config = new BatchingConfig(fallback(), byModel);
        Started now = started;
        if (now != null && !config.equals(now.told)) {
            if (now.told != null) {
                LOG.log(Level.INFO, "the settings for batching have changed");
            }
            now.told = config;
            now.configure.accept(config);
        }
    }

    private BatchingParameters fallback() {
        BatchingParameters asked = elsewhere.fallback();
        return asked == null ? flags() : asked;
    }

    private BatchingParameters flags() {
        BatchingParameters parameters = parametersFile == null ? null : parametersFile.said();
        return parameters == null
                ? new BatchingParameters(joining(), Queueing.DEFAULT, this.asked.latencyObjective(), 0)
                : parameters;
    }

    private Joining joining() {
        return switch (asked.wish()) {
            case NONE -> Joining.LEARNT;
            case ON -> new Joining(Joining.Mode.TRUSTED, 0, Duration.ZERO, BatchSizes.ANY, true);
            case OFF -> Joining.OFF;
        };
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
