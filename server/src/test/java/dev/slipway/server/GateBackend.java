package dev.slipway.server;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendReport;
import dev.slipway.api.BackendSettings;
import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** Knows {@code model.gate} files, which load only once a test opens the gate. */
public final class GateBackend implements Backend {
    private static volatile CountDownLatch gate = new CountDownLatch(0);

    /** Found by the service loader. */
    public static final class Provider implements Backend.Provider {
        @Override
        public String name() {
            return "gate";
        }

        @Override
        public Backend open(BackendSettings settings) {
            return new GateBackend();
        }
    }

    /** Closes the gate for loads that start from now on; counting the latch down opens it. */
    static CountDownLatch shut() {
        CountDownLatch shut = new CountDownLatch(1);
        gate = shut;
        return shut;
    }

    @Override
    public String name() {
        return "gate";
    }

    /** As one whose library has gone wrong: what others hold is shown all the same. */
    @Override
    public BackendReport report() {
        throw new IllegalStateException("nobody knows");
    }

    @Override
    public Optional<Loader> recognise(Path path) {
        return Files.exists(path.resolve("model.gate")) ? Optional.of(new GateLoader()) : Optional.empty();
    }

    @Override
    public void close() {}

    private static final class GateLoader implements Loader, Servable {
        @Override
        public String format() {
            return "gate";
        }

        @Override
        public ModelDescription describe() {
            Signature signature = new Signature(Signature.DEFAULT, List.of(), List.of());
            return new ModelDescription("gate_gate", Map.of(Signature.DEFAULT, signature), 0, Map.of());
        }

        @Override
        public Servable load() {
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            return this;
        }

        @Override
        public ModelDescription description() {
            return describe();
        }

        @Override
        public InferenceResult run(InferenceRequest request) {
            throw new AssertionError("nobody asks");
        }

        @Override
        public void close() {}
    }
}
