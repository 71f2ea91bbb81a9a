package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.TensorSpec;
import dev.slipway.backend.torch.ScriptCode.Argument;
import dev.slipway.backend.torch.ScriptCode.Forward;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Brings together what the code says of {@code forward}, what was traced, and what people said of the model.
 *
 * @param feeds the arguments of a call, in their order
 * @param signature as requests see it
 */
record SignaturePlan(List<Feed> feeds, Signature signature) {
    private static final String OUTPUT = "OUTPUT__";
    private static final Pattern POSITION = Pattern.compile(".*__(\\d{1,4})");

    /** What DJL's PyTorch engine makes tensors of. */
    private static final Set<DType> TENSORS = EnumSet.of(
            DType.FP32, DType.FP64, DType.FP16, DType.UINT8, DType.INT8, DType.INT32, DType.INT64, DType.BOOL);

    SignaturePlan {
        feeds = List.copyOf(feeds);
    }

    /**
     * @param traced dtypes and shapes of the example of a traced module, in the arguments' order; empty where there is none
     * @param said what people said; null when they said nothing
     * @throws SlipwayException {@code UNIMPLEMENTED} for types that requests can't carry; {@code INVALID_ARGUMENT} when what
     *     people said does not fit
     */
    static SignaturePlan of(String file, Forward forward, List<TensorSpec> traced, @Nullable Signature said) {
        Planner planner = new Planner(file, said == null ? List.of() : inOrder(file, forward, said));
        List<Feed> feeds = new ArrayList<>();
        for (int i = 0; i < forward.arguments().size(); i++) {
            Argument argument = forward.arguments().get(i);
            if (said == null ? argument.hasDefault() : argument.hasDefault() && planner.isDone()) {
                break;
            }
            TensorSpec example = traced.size() == forward.arguments().size() ? traced.get(i) : null;
            feeds.add(planner.feed(argument.name(), argument.type().required(), example));
        }
        planner.checkDone(forward);
        List<TensorSpec> outputs = said == null ? outputs(file, forward.returns()) : said.outputs();
        if (said != null) {
            checkOutputs(file, forward.returns(), outputs);
        }
        return new SignaturePlan(feeds, new Signature(Signature.DEFAULT, planner.inputs, outputs));
    }

    /** Inputs said by the arguments' names stand in their order; {@code NAME__2} in that of the numbers; others as said. */
    private static List<TensorSpec> inOrder(String file, Forward forward, Signature said) {
        List<String> names = forward.arguments().stream().map(Argument::name).toList();
        List<TensorSpec> inputs = new ArrayList<>(said.inputs());
        if (inputs.stream().allMatch(spec -> names.contains(argument(spec)))) {
            List<TensorSpec> ordered = new ArrayList<>();
            names.forEach(name ->
                    inputs.stream().filter(spec -> argument(spec).equals(name)).forEach(ordered::add));
            return ordered;
        } else if (inputs.stream()
                .allMatch(spec -> POSITION.matcher(spec.name()).matches())) {
            TensorSpec[] ordered = new TensorSpec[inputs.size()];
            for (TensorSpec spec : inputs) {
                int position = position(spec.name());
                if (position >= ordered.length || ordered[position] != null) {
                    throw new SlipwayException(
                            INVALID_ARGUMENT,
                            "signature: input '%s' of '%s' (expected: numbers from 0 to %d, each once)"
                                    .formatted(spec.name(), file, ordered.length - 1));
                }
                ordered[position] = spec;
            }
            return List.of(ordered);
        }
        return inputs;
    }

    /** Of {@code state/1} the {@code state}. */
    private static String argument(TensorSpec spec) {
        int slash = spec.name().indexOf('/');
        return slash < 0 ? spec.name() : spec.name().substring(0, slash);
    }

    /** The number at the end of {@code OUTPUT__1}; -1 where there is none. */
    static int position(String name) {
        Matcher matcher = POSITION.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    private static List<TensorSpec> outputs(String file, ScriptType type) {
        List<TensorSpec> outputs = new ArrayList<>();
        outputs(file, type, outputs);
        if (outputs.isEmpty()) {
            throw new SlipwayException(UNIMPLEMENTED, "'%s' returns nothing (expected: tensors)".formatted(file));
        }
        return outputs;
    }

    private static void outputs(String file, ScriptType optional, List<TensorSpec> outputs) {
        ScriptType type = optional.required();
        String name = OUTPUT + outputs.size();
        DType scalar = type.scalar();
        if (type.isTensor()) {
            outputs.add(new TensorSpec(name, DType.FP32, Shape.ANY));
        } else if (scalar != null) {
            outputs.add(new TensorSpec(name, scalar, Shape.SCALAR));
        } else if (type.isTensorList()) {
            outputs.add(new TensorSpec(name, DType.FP32, Shape.ANY, true));
        } else if (type.isTuple()) {
            type.arguments().forEach(part -> outputs(file, part, outputs));
        } else {
            throw new SlipwayException(
                    UNIMPLEMENTED,
                    "'%s' returns a %s, whose names the file does not tell (expected: tensors, numbers, text, lists of tensors"
                                    .formatted(file, type)
                            + " and tuples of these, or a signature: in slipway.yaml with the outputs of a Dict[str, Tensor])");
        }
    }

    private static void checkOutputs(String file, ScriptType type, List<TensorSpec> outputs) {
        Set<String> names = new HashSet<>();
        for (TensorSpec spec : outputs) {
            if (!names.add(spec.name())) {
                throw new SlipwayException(
                        INVALID_ARGUMENT, "signature: output '%s' of '%s' twice".formatted(spec.name(), file));
            }
        }
        if (type.isTensorDict() || type.isTensorList()) {
            return;
        }
        List<TensorSpec> known = outputs(file, type);
        boolean isPlaced = outputs.stream().allMatch(spec -> position(spec.name()) >= 0);
        int highest = isPlaced
                ? outputs.stream().mapToInt(spec -> position(spec.name())).max().orElse(0)
                : outputs.size() - 1;
        if (outputs.isEmpty() || highest >= known.size()) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "signature: outputs %s of '%s', which returns %s (expected: 1 to %d outputs)"
                            .formatted(names, file, type, known.size()));
        }
    }

    /** Hands out what was said, input by input, and makes up what was not. */
    private static final class Planner {
        private final String file;
        private final List<TensorSpec> said;
        private final List<TensorSpec> inputs = new ArrayList<>();

        private Planner(String file, List<TensorSpec> said) {
            this.file = file;
            this.said = said;
        }

        private boolean isDone() {
            return inputs.size() >= said.size();
        }

        private void checkDone(Forward forward) {
            if (!said.isEmpty() && inputs.size() != said.size()) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "signature: %d inputs of '%s' (expected: %d, for %s)"
                                .formatted(
                                        said.size(),
                                        file,
                                        inputs.size(),
                                        forward.arguments().stream()
                                                .map(argument -> argument.name() + ": " + argument.type())
                                                .toList()));
            }
        }

        private Feed feed(String name, ScriptType type, @Nullable TensorSpec example) {
            DType scalar = type.scalar();
            if (type.isTensor() || scalar != null) {
                return input(name, type, example);
            } else if (type.isTuple()) {
                List<Feed> parts = new ArrayList<>();
                for (ScriptType part : type.arguments()) {
                    parts.add(feed(name + "/" + parts.size(), part.required(), null));
                }
                return new Feed(null, null, parts, false);
            } else if (type.isTensorList() && !said.isEmpty()) {
                List<Feed> parts = new ArrayList<>();
                while (!isDone() && argument(said.get(inputs.size())).equals(name)) {
                    parts.add(input(name, type.arguments().get(0), null));
                }
                return new Feed(null, null, parts, true);
            }
            throw new SlipwayException(
                    UNIMPLEMENTED,
                    "argument '%s' of '%s' is a %s (expected: Tensor, int, float, bool, str, tuples of these, or List[Tensor]"
                                    .formatted(name, file, type)
                            + " with the inputs '%s/0' and so on in signature: of slipway.yaml)".formatted(name));
        }

        private Feed input(String name, ScriptType type, @Nullable TensorSpec example) {
            DType scalar = type.scalar();
            TensorSpec spec;
            if (said.isEmpty()) {
                DType dtype = scalar != null ? scalar : example == null ? DType.FP32 : example.dtype();
                Shape shape = scalar != null ? Shape.ANY : example == null ? Shape.ANY : example.shape();
                spec = new TensorSpec(name, dtype, shape);
            } else if (isDone()) {
                throw new SlipwayException(
                        INVALID_ARGUMENT,
                        "signature: no input for argument '%s' of '%s', a %s (expected: one for each, by name or in their order)"
                                .formatted(name, file, type));
            } else {
                spec = said.get(inputs.size());
                if (scalar != null && !isLike(scalar, spec.dtype())) {
                    throw new SlipwayException(
                            INVALID_ARGUMENT,
                            "signature: input '%s' of '%s' is %s, and the argument '%s' is a Python %s (expected: %s)"
                                    .formatted(spec.name(), file, spec.dtype(), name, type, scalar));
                }
            }
            if (scalar == null && !TENSORS.contains(spec.dtype())) {
                throw new SlipwayException(
                        UNIMPLEMENTED,
                        "input '%s' of '%s' is %s (expected: one of %s)"
                                .formatted(spec.name(), file, spec.dtype(), TENSORS));
            }
            inputs.add(spec);
            return Feed.of(spec, scalar);
        }

        private static boolean isLike(DType scalar, DType given) {
            return scalar == given
                    || (scalar == DType.INT64 && given.isInteger())
                    || (scalar == DType.FP64 && given.isFloat());
        }
    }
}
