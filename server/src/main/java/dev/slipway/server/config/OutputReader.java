package dev.slipway.server.config;

import dev.slipway.transforms.OutputSettings;
import dev.slipway.transforms.output.ArgMax;
import dev.slipway.transforms.output.Clamp;
import dev.slipway.transforms.output.Decode;
import dev.slipway.transforms.output.Flatten;
import dev.slipway.transforms.output.Offset;
import dev.slipway.transforms.output.Probabilities;
import dev.slipway.transforms.output.Scale;
import dev.slipway.transforms.output.Sigmoid;
import dev.slipway.transforms.output.Softmax;
import dev.slipway.transforms.output.Squeeze;
import dev.slipway.transforms.output.TopK;
import java.math.BigDecimal;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads what a file says of a model's outputs: an operation, a list of operations, an output, or a list of outputs. */
final class OutputReader {
    private static final Map<String, OutputSettings.Operation> WORDS = new LinkedHashMap<>();

    static {
        WORDS.put(Softmax.KEY, new Softmax());
        WORDS.put(Probabilities.KEY, new Probabilities());
        WORDS.put(Sigmoid.KEY, new Sigmoid());
        WORDS.put(ArgMax.KEY, new ArgMax());
        WORDS.put(Decode.KEY, new Decode());
        WORDS.put(Flatten.KEY, new Flatten());
        WORDS.put(Squeeze.KEY, new Squeeze());
    }

    /** Operations that need to be told something. */
    private enum Told {
        TOP_K(
                TopK.KEY,
                "a whole number from 1 to " + TopK.COUNT_MAX,
                value -> Section.whole(value, 1, TopK.COUNT_MAX).map(count -> new TopK(count.intValue()))),
        CLAMP(Clamp.KEY, "the least and the most, such as [0, 1]", OutputReader::clamp),
        SCALE(Scale.KEY, "a number", value -> number(value).map(Scale::new)),
        OFFSET(Offset.KEY, "a number", value -> number(value).map(Offset::new));

        private final String key;
        private final String expected;

        @SuppressWarnings("ImmutableEnumChecker") // It keeps nothing.
        private final Function<YamlValue, Optional<? extends OutputSettings.Operation>> reader;

        Told(String key, String expected, Function<YamlValue, Optional<? extends OutputSettings.Operation>> reader) {
            this.key = key;
            this.expected = expected;
            this.reader = reader;
        }
    }

    private final Section model;
    private final Faults faults;

    OutputReader(Section model) {
        this.model = model;
        this.faults = model.faults();
    }

    /** @param byDefault what holds where the file says nothing */
    List<OutputSettings> read(List<OutputSettings> byDefault) {
        YamlValue said = model.get(ChainReader.OUTPUT);
        if (said == null) {
            return byDefault;
        }
        if (ModelReader.NONE.equals(said.content())) {
            return List.of();
        }
        if (!said.isList()) {
            return said.isMap() ? List.of(output(said)) : List.of(unnamed(List.of(said)));
        }
        if (said.list().stream().allMatch(OutputReader::isOperation)) {
            return List.of(unnamed(said.list()));
        }
        List<OutputSettings> outputs = new ArrayList<>();
        for (YamlValue item : said.list()) {
            if (item.isMap()) {
                outputs.add(output(item));
            } else {
                faults.wrong(item, "keys of an output, such as name and apply");
            }
        }
        return outputs;
    }

    private OutputSettings unnamed(List<YamlValue> operations) {
        return new OutputSettings("", "", operations(operations), null);
    }

    private static boolean isOperation(YamlValue value) {
        return !value.isMap() || (value.map().size() == 1 && told(value.map()).isPresent());
    }

    private static Optional<Told> told(Map<String, YamlValue> keys) {
        for (Told told : Told.values()) {
            if (keys.containsKey(told.key)) {
                return Optional.of(told);
            }
        }
        return Optional.empty();
    }

    private OutputSettings output(YamlValue value) {
        Section section = new Section(value, faults);
        List<OutputSettings.Operation> operations = new ArrayList<>();
        YamlValue apply = section.get("apply");
        if (apply != null) {
            operations.addAll(operations(apply.isList() ? apply.list() : List.of(apply)));
        }
        told(value.map()).ifPresent(told -> {
            YamlValue place = value.map().get(told.key);
            if (apply != null && place != null) {
                faults.problem(place, "stands beside apply (expected: within its list)");
            }
            operation(value, told).ifPresent(operations::add);
        });
        return new OutputSettings(
                section.text("name", ""), section.text("from", ""), operations, path(section, "classes"));
    }

    private List<OutputSettings.Operation> operations(List<YamlValue> values) {
        List<OutputSettings.Operation> operations = new ArrayList<>();
        for (YamlValue value : values) {
            if (!operations.isEmpty() && operations.get(operations.size() - 1) instanceof TopK) {
                faults.problem(value, "comes after top_k, which makes two outputs (expected: top_k as the last)");
            }
            if (value.isMap()) {
                told(value.map())
                        .ifPresentOrElse(
                                told -> operation(value, told).ifPresent(operations::add), () -> unknown(value));
            } else if (value.content() instanceof String word && WORDS.containsKey(word)) {
                operations.add(WORDS.get(word));
            } else {
                unknown(value);
            }
        }
        return operations;
    }

    private void unknown(YamlValue value) {
        List<String> known = new ArrayList<>(WORDS.keySet());
        for (Told told : Told.values()) {
            known.add("{" + told.key + ": ...}");
        }
        faults.wrong(value, "one of " + String.join(", ", known));
    }

    private Optional<OutputSettings.Operation> operation(YamlValue holder, Told told) {
        YamlValue value = holder.map().get(told.key);
        if (value == null) {
            return Optional.empty();
        }
        Optional<? extends OutputSettings.Operation> read = told.reader.apply(value);
        if (read.isEmpty()) {
            faults.wrong(value, told.expected);
        }
        return read.map(operation -> operation);
    }

    private static Optional<Clamp> clamp(YamlValue value) {
        List<YamlValue> bounds = value.list();
        if (bounds.size() != 2) {
            return Optional.empty();
        }
        Optional<Double> least = number(bounds.get(0));
        Optional<Double> most = number(bounds.get(1));
        return least.isEmpty() || most.isEmpty() || least.get() > most.get()
                ? Optional.empty()
                : Optional.of(new Clamp(least.get(), most.get()));
    }

    private static Optional<Double> number(YamlValue value) {
        return Optional.ofNullable(value.content() instanceof BigDecimal number ? number.doubleValue() : null)
                .filter(Double::isFinite);
    }

    /** A path as it was written; null where there is none. */
    static @Nullable Path path(Section section, String key) {
        String text = section.text(key, "");
        YamlValue place = section.get(key);
        if (text.isEmpty() || place == null) {
            return null;
        }
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            section.faults().wrong(place, "a path");
            return null;
        }
    }
}
