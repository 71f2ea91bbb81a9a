package dev.slipway.backend.h2o;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.SlipwayException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.regex.Pattern;

/**
 * Walks the trees of a MOJO: each way down leads forward, within the tree, and ends. H2O follows them without looking, and would
 * go round and round where one leads back.
 *
 * @see <a href="https://github.com/h2oai/h2o-3/blob/master/h2o-genmodel/src/main/java/hex/genmodel/algos/tree/SharedTreeMojoModel.java">how
 *     they are read</a>
 */
final class TreeCheck {
    private static final Pattern TREE = Pattern.compile("(.*/)?trees/t\\d+_\\d+\\.bin");
    private static final double VERSION_MIN = 1.2;
    private static final int LEAF = 0xffff;

    private final MojoArchive archive;
    private final String entry;
    private final ByteBuffer tree;
    private final BitSet seen = new BitSet();
    private final Deque<Integer> open = new ArrayDeque<>();

    private TreeCheck(MojoArchive archive, String entry) {
        this.archive = archive;
        this.entry = entry;
        this.tree = ByteBuffer.wrap(archive.bytes(entry)).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Checks all trees of it, and of the models within it. */
    static void of(MojoArchive archive, ModelIni ini) {
        for (String name : archive.names()) {
            if (TREE.matcher(name).matches()) {
                if (!(version(ini) >= VERSION_MIN) || !ini.value("endianness").equals("LITTLE_ENDIAN")) {
                    throw archive.refused(
                            UNIMPLEMENTED,
                            "trees of mojo_version %s, %s"
                                    .formatted(
                                            MojoArchive.shown(ini.value("mojo_version")),
                                            MojoArchive.shown(ini.value("endianness"))),
                            "1.20 or newer, LITTLE_ENDIAN");
                }
                new TreeCheck(archive, name).walk();
            }
        }
    }

    private static double version(ModelIni ini) {
        String text = ini.value("mojo_version");
        return text.matches("\\d{1,3}(\\.\\d{1,3})?") ? Double.parseDouble(text) : Double.NaN;
    }

    private void walk() {
        try {
            tree.position(1);
            if ((tree.getShort() & 0xffff) == LEAF) {
                tree.getFloat();
                return;
            }
            open.add(0);
            while (!open.isEmpty()) {
                node(open.pop());
            }
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw bad("its end within a node");
        }
    }

    private void node(int start) {
        if (seen.get(start)) {
            return;
        }
        seen.set(start);
        tree.position(start);
        int type = tree.get() & 0xff;
        tree.getShort();
        boolean hasSplit = tree.get() != 1;
        int kind = type & 12;
        if (hasSplit && kind == 12) {
            tree.getShort();
            int bits = tree.getInt();
            if (bits < 0) {
                throw bad("a set of %d categories".formatted(bits));
            }
            skip(((bits - 1) >> 3) + 1);
        } else if (hasSplit) {
            skip(4);
        }
        children(type, start);
    }

    private void children(int type, int start) {
        int left = type & 51;
        int right;
        if (left == 48) {
            right = tree.position() + 4;
        } else if (left <= 3) {
            int size = 0;
            for (int i = 0; i <= left; i++) {
                size |= (tree.get() & 0xff) << (8 * i);
            }
            right = tree.position() + size;
            if (size <= 0) {
                throw bad("a left side of %d bytes".formatted(size));
            }
            open.push(tree.position());
        } else {
            throw bad("a node of type %d".formatted(type));
        }
        boolean isLeaf = (type & 0x40) != 0;
        if (right <= start || right > tree.limit() - (isLeaf ? 4 : 1)) {
            throw bad("a way to %d".formatted(right));
        } else if (!isLeaf) {
            open.push(right);
        }
    }

    private void skip(int bytes) {
        tree.position(Math.addExact(tree.position(), bytes));
    }

    private SlipwayException bad(String found) {
        return archive.refused(
                INVALID_ARGUMENT,
                "in %s, at byte %d of %d, %s".formatted(entry, tree.position(), tree.limit(), found),
                "ways that lead forward, to nodes and leaves within it");
    }
}
