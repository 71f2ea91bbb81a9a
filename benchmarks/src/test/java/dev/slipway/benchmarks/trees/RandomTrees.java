package dev.slipway.benchmarks.trees;

import dev.slipway.backend.common.WireWriter;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** A TreeEnsembleRegressor of full random trees, as an ONNX file. */
final class RandomTrees {
    private static final String[] LISTS = {
        "nodes_treeids",
        "nodes_nodeids",
        "nodes_featureids",
        "nodes_truenodeids",
        "nodes_falsenodeids",
        "target_treeids",
        "target_nodeids",
        "target_ids"
    };

    private final ByteArrayOutputStream[] longs = new ByteArrayOutputStream[LISTS.length];
    private final ByteBuffer thresholds;
    private final ByteBuffer weights;
    private final WireWriter modes = new WireWriter().text(1, "nodes_modes").varint(20, 8);

    private RandomTrees(int trees, int depth) {
        for (int i = 0; i < longs.length; i++) {
            longs[i] = new ByteArrayOutputStream();
        }
        thresholds = ByteBuffer.allocate(4 * trees * ((2 << depth) - 1)).order(ByteOrder.LITTLE_ENDIAN);
        weights = ByteBuffer.allocate(4 * trees << depth).order(ByteOrder.LITTLE_ENDIAN);
    }

    static byte[] model(int trees, int depth, int features) {
        RandomTrees made = new RandomTrees(trees, depth);
        Random random = new Random(3);
        int splits = (1 << depth) - 1;
        for (int tree = 0; tree < trees; tree++) {
            for (int node = 0; node < 2 * splits + 1; node++) {
                boolean isLeaf = node >= splits;
                made.node(tree, node, isLeaf ? 0 : random.nextInt(features), isLeaf);
                made.thresholds.putFloat(isLeaf ? 0 : (float) random.nextGaussian());
                if (isLeaf) {
                    made.weights.putFloat((float) random.nextGaussian() / trees);
                }
            }
        }
        return made.bytes(features);
    }

    private void node(int tree, int node, int feature, boolean isLeaf) {
        add(0, tree);
        add(1, node);
        add(2, feature);
        add(3, isLeaf ? 0 : 2 * node + 1);
        add(4, isLeaf ? 0 : 2 * node + 2);
        modes.text(9, isLeaf ? "LEAF" : "BRANCH_LT");
        if (isLeaf) {
            add(5, tree);
            add(6, node);
            add(7, 0);
        }
    }

    private void add(int list, long number) {
        // A varint as it stands in a list: without the byte of its field.
        byte[] field = new WireWriter().varint(1, number).toBytes();
        if (field.length == 0) {
            longs[list].write(0);
        } else {
            longs[list].write(field, 1, field.length - 1);
        }
    }

    private byte[] bytes(int features) {
        WireWriter node = new WireWriter().text(1, "x").text(2, "y").text(4, "TreeEnsembleRegressor");
        for (int i = 0; i < LISTS.length; i++) {
            node.message(5, new WireWriter().text(1, LISTS[i]).varint(20, 7).bytes(8, longs[i].toByteArray()));
        }
        node.message(5, modes);
        node.message(5, new WireWriter().text(1, "nodes_values").varint(20, 6).bytes(7, thresholds.array()));
        node.message(5, new WireWriter().text(1, "target_weights").varint(20, 6).bytes(7, weights.array()));
        node.message(5, new WireWriter().text(1, "n_targets").varint(20, 2).varint(3, 1));
        node.text(7, "ai.onnx.ml");
        WireWriter graph = new WireWriter()
                .message(1, node)
                .text(2, "g")
                .message(11, value("x", features))
                .message(12, value("y", 1));
        return new WireWriter()
                .varint(1, 8)
                .message(7, graph)
                .message(8, new WireWriter().text(1, "").varint(2, 17))
                .message(8, new WireWriter().text(1, "ai.onnx.ml").varint(2, 3))
                .toBytes();
    }

    private static WireWriter value(String name, int columns) {
        WireWriter shape = new WireWriter()
                .message(1, new WireWriter().text(2, "n"))
                .message(1, new WireWriter().varint(1, columns));
        WireWriter type =
                new WireWriter().message(1, new WireWriter().varint(1, 1).message(2, shape));
        return new WireWriter().text(1, name).message(2, type);
    }
}
