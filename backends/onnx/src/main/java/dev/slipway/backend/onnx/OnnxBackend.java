package dev.slipway.backend.onnx;

import ai.onnxruntime.OrtEnvironment;
import dev.slipway.api.Backend;
import dev.slipway.api.BackendReport;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.Loader;
import dev.slipway.backend.common.Holdings;
import dev.slipway.backend.common.SoleModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Opens {@code model.onnx} and its like. The native runtime starts with the first model that is loaded. */
final class OnnxBackend implements Backend {
    static final String NAME = "onnx";

    private static final Duration GRACE = Duration.ofMillis(100);
    private static final String SUFFIX = ".onnx";
    private static final SoleModel MODEL = new SoleModel(OnnxBackend::isModel, "model.onnx", Set.of());

    private final BackendSettings settings;
    private final Watchdog watchdog;
    private final Starter starter = new Starter();
    private final Holdings holdings = new Holdings();

    /** Guarded by this. */
    private @Nullable OrtRuntime runtime;

    /** Guarded by this. */
    private @Nullable Conversions conversions;

    OnnxBackend(BackendSettings settings) {
        this(settings, GRACE);
    }

    /** @param grace how long a run may go on past its deadline */
    OnnxBackend(BackendSettings settings, Duration grace) {
        this.settings = settings;
        this.watchdog = new Watchdog(grace);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Optional<Loader> recognise(Path path) {
        return MODEL.at(path).map(model -> new OnnxLoader(this, model));
    }

    private static boolean isModel(Path path) {
        String name = String.valueOf(path.getFileName());
        return name.toLowerCase(Locale.ROOT).endsWith(SUFFIX) && !name.startsWith(".");
    }

    synchronized OrtRuntime runtime() {
        OrtRuntime started = runtime;
        if (started == null) {
            started = starter.call(() -> {
                watchdog.start();
                return OrtRuntime.shared(settings.intraOpThreads());
            });
            runtime = started;
        }
        return started;
    }

    synchronized Conversions conversions() {
        Conversions made = conversions;
        if (made == null) {
            made = new Conversions(runtime());
            conversions = made;
        }
        return made;
    }

    @Override
    public synchronized BackendReport report() {
        OrtRuntime started = runtime;
        int threads = started == null ? 0 : started.intraOpThreads() - 1;
        return holdings.report(runtimeName(), started != null, threads);
    }

    /** Name and version, which its jar says. */
    static String runtimeName() {
        String version = OrtEnvironment.class.getPackage().getImplementationVersion();
        return "ONNX Runtime" + (version == null ? "" : " " + version);
    }

    Holdings holdings() {
        return holdings;
    }

    Watchdog watchdog() {
        return watchdog;
    }

    @Override
    public synchronized void close() {
        watchdog.close();
        starter.close();
        Conversions made = conversions;
        conversions = null;
        if (made != null) {
            made.close();
        }
    }
}
