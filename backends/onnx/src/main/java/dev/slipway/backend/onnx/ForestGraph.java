package dev.slipway.backend.onnx;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.TensorSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A graph that is a tree ensemble and what converters put around it, such that it can be run without the runtime.
 *
 * @param scores what the ensemble computes
 * @param ends how each of the model's outputs is made, in their order
 * @param thresholds by feature: what splits compare with
 */
record ForestGraph(TreeScores scores, List<End> ends, Map<Integer, double[]> thresholds) {
    private static final int FLOAT = ElementType.FLOAT.number();

    /**
     * One output.
     *
     * @param isLabels whether it is the labels, else the scores
     * @param hasSigmoid whether the scores go through the logistic function
     * @param zipMap makes maps of the scores; null where they are a tensor
     */
    record End(
            Port port,
            boolean isLabels,
            boolean hasSigmoid,
            @Nullable ZipMap zipMap) {}

    /** Empty for all other graphs. */
    static Optional<ForestGraph> of(Path path, CheckedModel model) {
        if (model.inputs().size() != 1) {
            return Optional.empty();
        }
        return TreeNodes.read(path).flatMap(nodes -> new Finder(nodes, model).find());
    }

    private static final class Finder {
        private final List<TreeNodes.Node> nodes;
        private final CheckedModel model;
        private final Map<String, TreeNodes.Node> makers = new HashMap<>();

        Finder(List<TreeNodes.Node> nodes, CheckedModel model) {
            this.nodes = nodes;
            this.model = model;
            nodes.forEach(node -> node.outputs().forEach(output -> makers.put(output, node)));
        }

        Optional<ForestGraph> find() {
            TreeNodes.Node trees =
                    nodes.stream().filter(TreeNodes.Node::isTrees).findFirst().orElseThrow();
            TensorSpec input = model.inputs().get(0).spec();
            boolean isMatrix = !input.shape().isAnyRank() && input.shape().rank() == 2;
            boolean isDouble = input.dtype() == DType.FP64;
            if (!isMatrix || (!isDouble && input.dtype() != DType.FP32) || !readsInput(trees, input.name())) {
                return Optional.empty();
            }
            Optional<TreeScores> scores = TreeScores.of(trees, isDouble);
            if (scores.isEmpty()) {
                return Optional.empty();
            }
            List<End> ends = new ArrayList<>();
            for (Port port : model.outputs()) {
                End end = end(port, trees);
                if (end == null) {
                    return Optional.empty();
                }
                ends.add(end);
            }
            return Optional.of(new ForestGraph(scores.get(), ends, thresholds(trees)));
        }

        private boolean readsInput(TreeNodes.Node trees, String input) {
            String name = trees.inputs().isEmpty() ? "" : trees.inputs().get(0);
            for (int step = 0; step < nodes.size() && !name.equals(input); step++) {
                TreeNodes.Node maker = makers.get(name);
                if (maker == null
                        || !maker.op().equals("Identity")
                        || maker.inputs().size() != 1) {
                    return false;
                }
                name = maker.inputs().get(0);
            }
            return name.equals(input);
        }

        /** Walks from an output back to the ensemble; null where something else is on the way. */
        private @Nullable End end(Port port, TreeNodes.Node trees) {
            String name = port.name();
            ZipMap zipMap = null;
            boolean hasSigmoid = false;
            boolean isCast = false;
            for (int step = 0; step <= nodes.size(); step++) {
                TreeNodes.Node maker = makers.get(name);
                if (maker != null && maker.isTrees()) {
                    boolean isLabels = trees.op().equals(TreeNodes.CLASSIFIER)
                            && name.equals(trees.outputs().get(0));
                    return isWhole(port, isLabels, hasSigmoid, isCast, zipMap)
                            ? new End(port, isLabels, hasSigmoid, zipMap)
                            : null;
                } else if (maker == null || maker.inputs().size() != 1) {
                    return null;
                }
                switch (maker.op()) {
                    case "Identity" -> {}
                    case "Cast" -> isCast = true;
                    case "Sigmoid" -> {
                        if (hasSigmoid || zipMap != null) {
                            return null;
                        }
                        hasSigmoid = true;
                    }
                    case "ZipMap" -> {
                        zipMap = step == 0 ? zipMap(maker, port) : null;
                        if (zipMap == null) {
                            return null;
                        }
                    }
                    default -> {
                        return null;
                    }
                }
                if (maker.op().equals("Cast") && !isPlainCast(maker, port, hasSigmoid)) {
                    return null;
                }
                name = maker.inputs().get(0);
            }
            return null;
        }

        /** Whether a cast is to the output's own type, or of no effect. */
        private static boolean isPlainCast(TreeNodes.Node cast, Port port, boolean isBeforeSigmoid) {
            long[] to = cast.attribute("to").longs();
            DType dtype = port.spec().dtype();
            if (to.length != 1) {
                return false;
            } else if (to[0] == FLOAT) {
                return dtype == DType.FP32 || isBeforeSigmoid;
            }
            return !isBeforeSigmoid && ElementType.of(to[0]).dtype() == dtype;
        }

        private static boolean isWhole(
                Port port, boolean isLabels, boolean hasSigmoid, boolean isCast, @Nullable ZipMap zipMap) {
            DType dtype = port.spec().dtype();
            if (zipMap != null) {
                return dtype == DType.MAP && !isLabels && !hasSigmoid && !isCast;
            } else if (isLabels) {
                return dtype == DType.INT64 && !hasSigmoid;
            }
            return dtype == DType.FP32 || (dtype == DType.FP64 && isCast);
        }

        private @Nullable ZipMap zipMap(TreeNodes.Node node, Port port) {
            List<String> texts = node.attribute("classlabels_strings").texts();
            long[] longs = node.attribute("classlabels_int64s").longs();
            boolean isText = model.keys(port.name()) == ElementType.STRING;
            boolean isReadable = texts.stream().noneMatch(text -> text.indexOf('\uFFFD') >= 0);
            if (isText && longs.length == 0 && isReadable && isEachAnother(texts)) {
                return ZipMap.of(texts);
            }
            List<Long> numbers = Arrays.stream(longs).boxed().toList();
            boolean isNumber = model.keys(port.name()) == ElementType.INT64;
            return isNumber && texts.isEmpty() && isEachAnother(numbers) ? ZipMap.of(numbers) : null;
        }

        private static <L extends Comparable<L>> boolean isEachAnother(List<L> labels) {
            return !labels.isEmpty() && new TreeSet<>(labels).size() == labels.size();
        }

        private static Map<Integer, double[]> thresholds(TreeNodes.Node trees) {
            long[] features = trees.attribute("nodes_featureids").longs();
            TreeAttribute tensor = trees.attribute("nodes_values_as_tensor");
            double[] values = tensor.isTensor()
                    ? tensor.numbers()
                    : trees.attribute("nodes_values").numbers();
            Map<Integer, List<Double>> found = new HashMap<>();
            for (int i = 0; i < values.length; i++) {
                found.computeIfAbsent((int) features[i], any -> new ArrayList<>())
                        .add(values[i]);
            }
            Map<Integer, double[]> thresholds = new HashMap<>();
            found.forEach((feature, all) -> thresholds.put(
                    feature, all.stream().mapToDouble(Double::doubleValue).toArray()));
            return thresholds;
        }
    }

    /** Columns that a row must have: what the file states, or what the splits need. */
    int columnsMin() {
        return scores.trees().forest().featuresMin();
    }

    /** The shape of an output's tensor. */
    Shape shape(End end, int rows) {
        return end.isLabels() ? Shape.of(rows) : Shape.of(rows, scores.outputs());
    }
}
