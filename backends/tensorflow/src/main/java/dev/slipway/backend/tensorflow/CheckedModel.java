package dev.slipway.backend.tensorflow;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.ModelDescription;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A model whose files passed every check that needs no native code.
 *
 * @param files where it is
 * @param options what people said of it
 * @param entries ways to call it, by name
 * @param description what it says of itself
 * @param captures variables that its functions hold
 * @param mayWait whether a run may take much longer than the sizes of its inputs say: it has loops, or waits for others
 */
record CheckedModel(
        ModelFiles files,
        ModelOptions options,
        Map<String, Entry> entries,
        ModelDescription description,
        List<Capture> captures,
        boolean mayWait) {
    /** Ops whose name has one of these repeat others, or wait: queues, data sets, barriers, batches that are gathered. */
    private static final Set<String> WAITING = Set.of(
            "While",
            "Enter",
            "Queue",
            "Dataset",
            "Iterator",
            "Stage",
            "Batch",
            "Barrier",
            "Recv",
            "PyFunc",
            "Remote",
            "Collective",
            "Accumulator",
            "Lock");

    private static final Set<String> NOT_WAITING = Set.of("FusedBatchNorm", "BatchMatMul", "BatchToSpace", "BatchNorm");
    private static final int NAMES_SHOWN = 10;

    /** Reads a model's headers. */
    static CheckedModel of(ModelFiles files, ModelOptions options) {
        return switch (files.kind()) {
            case SAVED_MODEL -> SavedModelCheck.check(files, options);
            case GRAPH -> FrozenGraphCheck.check(files, options);
            case TEXT ->
                throw new SlipwayException(
                        UNIMPLEMENTED,
                        "'%s' is a SavedModel in text form (expected: binary, as '%s')"
                                .formatted(files.name(), ModelFiles.SAVED_MODEL));
            case CHECKPOINT ->
                throw new SlipwayException(
                        UNIMPLEMENTED,
                        "'%s' is a checkpoint of TensorFlow 1 (expected: a SavedModel, with '%s')"
                                .formatted(files.name(), ModelFiles.SAVED_MODEL));
        };
    }

    static CheckedModel of(
            ModelFiles files, ModelOptions options, Collection<Entry> entries, GraphInfo graph, Facts facts) {
        requireOps(files.name(), graph);
        Map<String, Entry> byName = new LinkedHashMap<>();
        Map<String, Signature> signatures = new LinkedHashMap<>();
        // The default one comes first.
        entries.stream()
                .filter(entry -> entry.name().equals(Signature.DEFAULT))
                .forEach(entry -> byName.put(entry.name(), entry));
        entries.forEach(entry -> byName.putIfAbsent(entry.name(), entry));
        byName.forEach((name, entry) -> signatures.put(name, entry.signature()));
        return new CheckedModel(
                files,
                options,
                byName,
                new ModelDescription(
                        "tensorflow_" + ModelOptions.format(files.kind()),
                        Collections.unmodifiableMap(signatures),
                        facts.memoryBytes(),
                        facts.metadata()),
                facts.captures(),
                graph.ops().stream().anyMatch(CheckedModel::isWaiting));
    }

    /**
     * What else a model's files say.
     *
     * @param memoryBytes that it is expected to hold once loaded
     * @param metadata as in the description
     * @param captures variables that its functions hold
     */
    record Facts(long memoryBytes, Map<String, String> metadata, List<Capture> captures) {}

    private static boolean isWaiting(String op) {
        return op.equals("For")
                || (WAITING.stream().anyMatch(op::contains)
                        && NOT_WAITING.stream().noneMatch(op::contains));
    }

    private static void requireOps(String name, GraphInfo graph) {
        OpTable table = OpTable.table();
        Set<String> lacking = new TreeSet<>();
        for (String op : graph.ops()) {
            if (!table.has(op) && !graph.functions().contains(op)) {
                lacking.add(op);
            }
        }
        if (!lacking.isEmpty()) {
            throw new SlipwayException(
                    UNIMPLEMENTED,
                    "'%s' needs ops that %s lacks: %s%s (expected: a model without custom ops)"
                            .formatted(
                                    name,
                                    table.version(),
                                    String.join(
                                            ", ",
                                            lacking.stream().limit(NAMES_SHOWN).toList()),
                                    lacking.size() > NAMES_SHOWN ? ", ..." : ""));
        }
    }

    /**
     * The shape that people are shown. TensorFlow never compares requests with a signature, and neither does this: half plus
     * two, whose input is {@code [any, 1]}, is asked for {@code [1.0, 2.0, 5.0]} everywhere. Exporters often write {@code []} or
     * {@code [1]} for what was traced with one element and works with any number: such shapes are left open.
     */
    static Shape requestShape(Shape declared) {
        boolean isOne =
                !declared.isAnyRank() && (declared.rank() == 0 || (declared.rank() == 1 && declared.dim(0) == 1));
        return isOne || declared.isAnyRank() ? Shape.ANY : Shape.hint(declared.dims());
    }

    /** The node and the place of {@code node:1} or {@code node}. */
    record TensorName(String node, int index) {
        static TensorName of(String tensor, String where) {
            int colon = tensor.lastIndexOf(':');
            String index = colon < 0 ? "0" : tensor.substring(colon + 1);
            if (colon == 0 || tensor.isEmpty() || !index.matches("[0-9]{1,6}")) {
                throw new SlipwayException(
                        INVALID_ARGUMENT, "%s is the tensor '%s' (expected: NODE:INDEX)".formatted(where, tensor));
            }
            return new TensorName(colon < 0 ? tensor : tensor.substring(0, colon), Integer.parseInt(index));
        }
    }
}
