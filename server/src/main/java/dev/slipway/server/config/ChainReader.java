package dev.slipway.server.config;

import dev.slipway.transforms.ChainSettings;
import dev.slipway.transforms.InputSettings;
import dev.slipway.transforms.image.ImageInput;
import dev.slipway.transforms.image.ImagePresets;
import dev.slipway.transforms.table.TableInput;
import dev.slipway.transforms.text.TextInput;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of what stands before and after a model. */
final class ChainReader {
    /** What {@code input} may be, and what reads the rest of it; where it is just a word, the section is empty. */
    static final Map<String, Function<Section, @Nullable InputSettings>> INPUTS = new LinkedHashMap<>();

    /** What {@code preset} may be: the input, and the outputs, of usual networks. */
    static final Map<String, ChainSettings> PRESETS = new LinkedHashMap<>();

    static final String INPUT = "input";
    static final String OUTPUT = "output";
    static final String CLASSES = "classes";

    /** Says an input and outputs at once. */
    static final String PRESET = "preset";

    static {
        INPUTS.put(ImageInput.TYPE, section -> new ImageReader(section).read());
        INPUTS.put(TextInput.TYPE, section -> new TextReader(section).read());
        INPUTS.put(TableInput.TYPE, section -> new TableReader(section).read());
        ImagePresets.BY_NAME.forEach(
                (name, image) -> PRESETS.put(name, new ChainSettings(image, ImagePresets.OUTPUTS, null)));
        PRESETS.put(ModelReader.NONE, ChainSettings.NONE);
    }

    private final Section model;

    ChainReader(Section model) {
        this.model = model;
    }

    /** @param byDefault what holds where the file says nothing */
    ChainSettings read(ChainSettings byDefault) {
        ChainSettings read = byDefault;
        if (model.get(PRESET) != null) {
            ChainSettings preset = model.choice(PRESET, PRESETS, ChainSettings.NONE);
            read = read.withInput(preset.input()).withOutputs(preset.outputs());
        }
        YamlValue input = model.get(INPUT);
        if (input != null) {
            read = read.withInput(input(input));
        }
        read = read.withOutputs(new OutputReader(model).read(read.outputs()));
        if (model.get(CLASSES) != null) {
            read = read.withClasses(classes());
        }
        return read;
    }

    private @Nullable InputSettings input(YamlValue input) {
        boolean isWord = !input.isMap();
        if (isWord && ModelReader.NONE.equals(input.content())) {
            return null;
        }
        Section rest = isWord
                ? new Section(new YamlValue(Map.of(), input.path(), input.line()), model.faults())
                : model.section(INPUT);
        Function<Section, @Nullable InputSettings> reader =
                (isWord ? model : rest).choice(isWord ? INPUT : "type", INPUTS, section -> null);
        return reader.apply(rest);
    }

    private @Nullable Path classes() {
        String named = model.text(CLASSES, ModelReader.NONE);
        if (named.equals(ModelReader.NONE)) {
            return null;
        }
        try {
            return Path.of(named);
        } catch (InvalidPathException e) {
            YamlValue place = model.get(CLASSES);
            if (place != null) {
                model.faults().wrong(place, "a path");
            }
            return null;
        }
    }
}
