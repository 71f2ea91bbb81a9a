package dev.slipway.backend.onnx;

import dev.slipway.backend.common.WireWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes nodes of random trees. */
final class TreesFile {
    private static final int FEATURES = 5;

    private final Random random;
    private final String prefix;
    private final List<Long> trees = new ArrayList<>();
    private final List<Long> ids = new ArrayList<>();
    private final List<Long> features = new ArrayList<>();
    private final List<String> modes = new ArrayList<>();
    private final List<Float> values = new ArrayList<>();
    private final List<Long> trueNodes = new ArrayList<>();
    private final List<Long> falseNodes = new ArrayList<>();
    private final List<Long> missing = new ArrayList<>();
    private final List<Long> leafTrees = new ArrayList<>();
    private final List<Long> leafNodes = new ArrayList<>();
    private final List<Long> leafIds = new ArrayList<>();
    private final List<Float> leafValues = new ArrayList<>();

    private TreesFile(String prefix, int seed) {
        this.prefix = prefix;
        random = new Random(seed);
    }

    /**
     * Attributes of some trees.
     *
     * @param modes of splits, drawn from these
     * @param outputs to which leaves add; each leaf to all of them, or trees in turns to one
     * @param isPositive whether leaves are worth more than 0
     */
    static WireWriter[] attributes(
            String prefix, int seed, List<String> modes, List<Long> outputs, boolean inTurns, boolean isPositive) {
        TreesFile file = new TreesFile(prefix, seed);
        for (int tree = 0; tree < 12; tree++) {
            List<Long> own = inTurns ? List.of(outputs.get(tree % outputs.size())) : outputs;
            file.node(tree, new long[] {0}, tree % 7, modes, own, isPositive);
        }
        return file.attributes();
    }

    private long node(int tree, long[] next, int depth, List<String> known, List<Long> outputs, boolean isPositive) {
        long id = next[0]++;
        int at = ids.size();
        trees.add((long) tree);
        ids.add(id);
        features.add((long) random.nextInt(FEATURES));
        // Whole numbers now and then, so that some rows are equal to a threshold.
        values.add(random.nextBoolean() ? random.nextInt(4) - 1 : (float) random.nextGaussian());
        missing.add((long) random.nextInt(2));
        trueNodes.add(0L);
        falseNodes.add(0L);
        boolean isLeaf = depth == 0 || (id > 0 && random.nextInt(6) == 0);
        modes.add(isLeaf ? "LEAF" : known.get(random.nextInt(known.size())));
        if (isLeaf) {
            for (long output : outputs) {
                leafTrees.add((long) tree);
                leafNodes.add(id);
                leafIds.add(output);
                float value = (float) random.nextGaussian();
                leafValues.add(isPositive ? Math.abs(value) / 20 : value);
            }
            return id;
        }
        trueNodes.set(at, node(tree, next, depth - 1, known, outputs, isPositive));
        falseNodes.set(at, node(tree, next, depth - 1, known, outputs, isPositive));
        return id;
    }

    private WireWriter[] attributes() {
        return new WireWriter[] {
            longs("nodes_treeids", trees),
            longs("nodes_nodeids", ids),
            longs("nodes_featureids", features),
            texts("nodes_modes", modes),
            floats("nodes_values", values),
            longs("nodes_truenodeids", trueNodes),
            longs("nodes_falsenodeids", falseNodes),
            longs("nodes_missing_value_tracks_true", missing),
            longs(prefix + "_treeids", leafTrees),
            longs(prefix + "_nodeids", leafNodes),
            longs(prefix + "_ids", leafIds),
            floats(prefix + "_weights", leafValues),
        };
    }

    static WireWriter longs(String name, List<Long> numbers) {
        WireWriter attribute = new WireWriter().text(1, name).varint(20, 7);
        numbers.forEach(number -> attribute.varint(8, number));
        return attribute;
    }

    static WireWriter floats(String name, List<Float> numbers) {
        ByteBuffer packed = ByteBuffer.allocate(4 * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
        numbers.forEach(packed::putFloat);
        return new WireWriter().text(1, name).varint(20, 6).bytes(7, packed.array());
    }

    static WireWriter texts(String name, List<String> texts) {
        WireWriter attribute = new WireWriter().text(1, name).varint(20, 8);
        texts.forEach(text -> attribute.text(9, text));
        return attribute;
    }

    static WireWriter text(String name, String text) {
        return new WireWriter().text(1, name).text(4, text).varint(20, 3);
    }
}
