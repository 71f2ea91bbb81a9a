package dev.slipway.server.config;

import dev.slipway.transforms.ChainSettings;
import dev.slipway.transforms.InputSettings;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of what stands before and after a model. */
final class ChainReader {
    /** What {@code input} may be, and what reads the rest of it; where it is just a word, the section is empty. */
    static final Map<String, Function<Section, @Nullable InputSettings>> INPUTS = new LinkedHashMap<>();

    private final Section model;

    ChainReader(Section model) {
        this.model = model;
    }

    /** @param byDefault what holds where the file says nothing */
    ChainSettings read(ChainSettings byDefault) {
        return byDefault;
    }
}
