package dev.slipway.backend.tensorflow;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;

import dev.slipway.api.BackendSettings;
import dev.slipway.api.LoadOptions;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.backend.tensorflow.ModelFiles.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What people said of a model.
 *
 * @param tags of the graph of a SavedModel that is meant
 * @param inputs tensors of a frozen graph that are fed; empty for its placeholders
 * @param outputs tensors of a frozen graph that are fetched; empty for what no node reads
 * @param signature of a frozen graph, in place of both; null for none
 * @param interOpThreads a bound on the ops that run at once; 0 for none
 * @param isDeterministic whether ops run one after the other, always in the same order
 */
record ModelOptions(
        Set<String> tags,
        List<String> inputs,
        List<String> outputs,
        @Nullable Signature signature,
        int interOpThreads,
        boolean isDeterministic) {

    static final String TAGS = "saved_model_tags";

    private static final String INPUTS = "inputs";
    private static final String OUTPUTS = "outputs";
    private static final String INTER_OP = "inter_op_parallelism_threads";
    /** What TensorFlow Serving asks for, unless it is told otherwise. */
    private static final String SERVE = "serve";

    /**
     * @throws SlipwayException {@code INVALID_ARGUMENT} for what has no meaning, or could not be kept
     */
    static ModelOptions of(LoadOptions said, Kind kind, BackendSettings settings) {
        boolean isGraph = kind == Kind.GRAPH;
        said.check(format(kind), isGraph, isGraph ? Set.of(INPUTS, OUTPUTS, INTER_OP) : Set.of(TAGS, INTER_OP));
        Map<String, String> parameters = said.parameters();
        if (said.isDeterministic() && settings.intraOpThreads() > 1) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "deterministic: all models share the %d threads that TensorFlow splits an op over (expected: intra_op_threads 1)"
                            .formatted(settings.intraOpThreads()));
        }
        return new ModelOptions(
                new TreeSet<>(list(parameters.getOrDefault(TAGS, SERVE))),
                list(parameters.getOrDefault(INPUTS, "")),
                list(parameters.getOrDefault(OUTPUTS, "")),
                said.signature(),
                threads(parameters.get(INTER_OP), said.isDeterministic(), settings.computeThreads()),
                said.isDeterministic());
    }

    /** The word for a kind of model. */
    static String format(Kind kind) {
        return kind == Kind.GRAPH ? "graphdef" : "savedmodel";
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .toList();
    }

    private static int threads(@Nullable String said, boolean isDeterministic, int computeThreads) {
        if (said == null) {
            return 0;
        }
        boolean isNumber = said.matches("[0-9]{1,4}");
        int threads = isNumber ? Integer.parseInt(said) : 0;
        if (threads < 1 || threads > computeThreads || isDeterministic) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "%s: '%s'%s (expected: 1 to %d, the compute threads)"
                            .formatted(
                                    INTER_OP,
                                    said,
                                    isDeterministic ? " for a model that is deterministic, which has one" : "",
                                    computeThreads));
        }
        return threads;
    }
}
