package dev.slipway.transforms;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The outputs that clients get of one model. */
final class Outputs implements OutputStep {
    /** What people call the file of classes that lies beside a network. */
    private static final List<String> CLASSES = List.of("synset.txt", "imagenet_classes.txt", "labels.txt");

    private final List<MadeOutput> made;

    /** What makes each output, by its name. */
    private final Map<String, MadeOutput> makers = new HashMap<>();

    private final List<TensorSpec> outputs = new ArrayList<>();
    private final Map<String, List<String>> classes = new HashMap<>();

    private Outputs(List<MadeOutput> made) {
        this.made = List.copyOf(made);
        for (MadeOutput maker : made) {
            for (TensorSpec spec : maker.outputs()) {
                if (makers.put(spec.name(), maker) != null) {
                    throw unfit("two outputs are called '%s' (expected: names that differ)".formatted(spec.name()));
                }
                outputs.add(spec);
                if (maker.classes() != null) {
                    classes.put(spec.name(), maker.classes().names());
                }
            }
        }
    }

    /**
     * @param model what the model itself answers
     * @param known classes that the model knows by itself, by its outputs
     * @throws SlipwayException {@code FAILED_PRECONDITION} when the settings do not fit the model
     */
    static OutputStep open(ChainSettings settings, ChainFiles files, Signature model, Map<String, List<String>> known) {
        Map<Path, ClassNames> read = new HashMap<>();
        ClassNames shared = classes(settings.classes(), files, read);
        List<MadeOutput> made = new ArrayList<>();
        if (settings.outputs().isEmpty()) {
            for (TensorSpec spec : model.outputs()) {
                ClassNames said = fitting(shared, spec);
                made.add(MadeOutput.plain(spec, said != null ? said : own(known, spec)));
            }
            if (shared != null && model.outputs().stream().allMatch(spec -> fitting(shared, spec) == null)) {
                throw unfit("classes: file '%s' names %d classes (expected: as many as an output has: %s)"
                        .formatted(shared.file(), shared.names().size(), shown(model.outputs())));
            }
        }
        ClassNames guessed = shared == null && !settings.outputs().isEmpty() ? unnamed(files, model) : null;
        for (OutputSettings output : settings.outputs()) {
            TensorSpec from = from(output, model);
            ClassNames said = classes(output.classes(), files, read);
            ClassNames names = Stream.of(said, shared, own(known, from), guessed)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
            made.add(MadeOutput.of(output, from, names, said != null));
        }
        return new Outputs(made);
    }

    /** Those that the model knows by itself. */
    private static @Nullable ClassNames own(Map<String, List<String>> known, TensorSpec output) {
        List<String> names = known.get(output.name());
        return names == null || names.isEmpty() ? null : new ClassNames("of the model", names);
    }

    /** Of a file that nobody named, if it fits: it may be about something else. */
    private static @Nullable ClassNames unnamed(ChainFiles files, Signature model) {
        Path found = files.first(CLASSES);
        if (found == null) {
            return null;
        }
        ClassNames names = ClassNames.read(files, found.toAbsolutePath());
        return model.outputs().stream().allMatch(spec -> fitting(names, spec) == null) ? null : names;
    }

    private static @Nullable ClassNames classes(
            @Nullable Path named, ChainFiles files, Map<Path, ClassNames> alreadyRead) {
        return named == null ? null : alreadyRead.computeIfAbsent(named, path -> ClassNames.read(files, path));
    }

    /** The names, if they can be those of an output. */
    static @Nullable ClassNames fitting(@Nullable ClassNames names, TensorSpec spec) {
        Shape shape = spec.shape();
        if (names == null || spec.sequence() || !spec.dtype().isFixedSize()) {
            return null;
        }
        if (shape.isAnyRank()) {
            return names;
        }
        int last = shape.rank() - 1;
        while (last > 1 && shape.dim(last) == 1) {
            last--;
        }
        return last >= 1
                        && (shape.dim(last) < 0
                                || shape.dim(last) == names.names().size())
                ? names
                : null;
    }

    private static TensorSpec from(OutputSettings output, Signature model) {
        if (!output.from().isEmpty()) {
            return model.output(output.from())
                    .orElseThrow(() -> unfit("output '%s' is not the model's (expected: %s)"
                            .formatted(output.from(), shown(model.outputs()))));
        }
        if (model.outputs().size() == 1) {
            return model.outputs().get(0);
        }
        return model.output(output.name())
                .orElseThrow(() ->
                        unfit("output%s does not say of which of the model's it is made (expected: from, one of %s)"
                                .formatted(
                                        output.name().isEmpty() ? "" : " '" + output.name() + "'",
                                        shown(model.outputs()))));
    }

    private static String shown(List<TensorSpec> specs) {
        List<String> shown = specs.stream()
                .limit(10)
                .map(spec -> "'%s' %s%s".formatted(spec.name(), spec.dtype(), spec.shape()))
                .toList();
        return String.join(", ", shown) + (specs.size() > 10 ? ", ..." : "");
    }

    private static SlipwayException unfit(String message) {
        return new SlipwayException(ErrorCode.FAILED_PRECONDITION, message);
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public Map<String, List<String>> classes() {
        return classes;
    }

    @Override
    public List<String> reads(String output) {
        return List.of(maker(output).from().name());
    }

    @Override
    public Map<String, Tensor> apply(List<String> wanted, Map<String, Tensor> results) {
        Map<String, Tensor> all = new HashMap<>();
        for (MadeOutput maker : made) {
            if (wanted.stream().anyMatch(name -> maker.equals(makers.get(name)))) {
                maker.apply(results, all);
            }
        }
        Map<String, Tensor> ordered = new LinkedHashMap<>();
        for (String name : wanted) {
            if (maker(name).from().sequence()) {
                for (int i = 0; all.containsKey(name + "/" + i); i++) {
                    ordered.put(name + "/" + i, all.get(name + "/" + i));
                }
            } else {
                ordered.put(name, all.get(name));
            }
        }
        return ordered;
    }

    private MadeOutput maker(String output) {
        MadeOutput maker = makers.get(output);
        if (maker == null) {
            throw new IllegalArgumentException("output '%s' is not among %s".formatted(output, makers.keySet()));
        }
        return maker;
    }
}
