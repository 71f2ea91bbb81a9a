package dev.slipway.backend.catboost;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a CatBoost model of symmetric trees over floats answers, by the book: CatBoost's own code has no part in it. */
final class SymmetricTrees {
    private final List<int[]> trees = new ArrayList<>();
    private final List<Integer> features = new ArrayList<>();
    private final List<Float> borders = new ArrayList<>();
    private final ByteBuffer leaves;
    private final double bias;

    /** @param bias that the file states beside its trees */
    SymmetricTrees(Path path, double bias) throws Exception {
        this.bias = bias;
        byte[] bytes = Files.readAllBytes(path);
        ByteBuffer core = ByteBuffer.wrap(bytes, 8, bytes.length - 8).slice().order(ByteOrder.LITTLE_ENDIAN);
        FlatTable table = FlatTable.root(core).table(1);
        int feature = 0;
        for (FlatTable one : table.tables(5)) {
            for (int bits : one.numbers(3)) {
                features.add(feature);
                borders.add(Float.intBitsToFloat(bits));
            }
            feature++;
        }
        int[] splits = table.numbers(1);
        int start = 0;
        for (int size : table.numbers(2)) {
            trees.add(Arrays.copyOfRange(splits, start, start + size));
            start += size;
        }
        // Doubles, read as pairs of numbers.
        int field = core.getInt(0);
        int inner = field + (core.getShort(field - core.getInt(field) + 6) & 0xffff);
        int trunk = inner + core.getInt(inner);
        int slot = trunk + (core.getShort(trunk - core.getInt(trunk) + 4 + 2 * 8) & 0xffff);
        int vector = slot + core.getInt(slot);
        leaves = core.slice(vector + 4, 8 * core.getInt(vector)).order(ByteOrder.LITTLE_ENDIAN);
    }

    double raw(float... row) {
        double sum = bias;
        int first = 0;
        for (int[] tree : trees) {
            int leaf = 0;
            for (int level = 0; level < tree.length; level++) {
                leaf |= row[features.get(tree[level])] > borders.get(tree[level]) ? 1 << level : 0;
            }
            sum += leaves.getDouble(8 * (first + leaf));
            first += 1 << tree.length;
        }
        return sum;
    }
}
