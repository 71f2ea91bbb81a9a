package dev.slipway.core.sequence;

import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Loads a model that remembers. */
public final class SequencedLoader implements Loader {
    private final Loader model;
    private final SequenceSettings settings;
    private final UnaryOperator<Loader> chain;

    /** @param chain puts what stands before and after the model around it; it sees what clients see of the model */
    public SequencedLoader(Loader model, SequenceSettings settings, UnaryOperator<Loader> chain) {
        this.model = model;
        this.settings = settings;
        this.chain = chain;
    }

    @Override
    public String format() {
        return model.format();
    }

    @Override
    public @Nullable Path path() {
        return model.path();
    }

    @Override
    public ModelDescription describe() {
        return model.describe();
    }

    /**
     * {@inheritDoc}
     *
     * @throws dev.slipway.api.SlipwayException also {@code FAILED_PRECONDITION} when the settings do not fit the model
     */
    @Override
    public Servable load() {
        Inner inner = new Inner();
        Servable chained = chain.apply(inner).load();
        RememberingModel loaded = Objects.requireNonNull(inner.loaded, "a chain loads its model");
        return new SequencedServable(chained, loaded.plan());
    }

    /** The model as a chain sees it, and what became of it. */
    private final class Inner implements Loader {
        private @Nullable RememberingModel loaded;

        @Override
        public String format() {
            return model.format();
        }

        @Override
        public @Nullable Path path() {
            return model.path();
        }

        @Override
        public ModelDescription describe() {
            return model.describe();
        }

        @Override
        public Servable load() {
            RememberingModel opened = RememberingModel.open(model.load(), settings);
            loaded = opened;
            return opened;
        }
    }
}
