package dev.slipway.backend.onnx;

import dev.slipway.api.Shape;
import dev.slipway.api.Tensor;
import java.util.Arrays;

/** The shapes of all inputs, and which outputs are wanted: what tells one binding of a slot from another. */
final class BindingKey {
    private final Shape[] shapes;
    private int[] selection = {};
    private int hash;

    BindingKey(int inputs) {
        this.shapes = new Shape[inputs];
    }

    /** Makes this the key of such runs; not while it lies in a map. */
    void set(Tensor[] inputs, int[] wanted) {
        selection = wanted;
        hash = Arrays.hashCode(wanted);
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = inputs[i].shape();
            hash = 31 * hash + shapes[i].hashCode();
        }
    }

    BindingKey copy() {
        BindingKey copy = new BindingKey(shapes.length);
        System.arraycopy(shapes, 0, copy.shapes, 0, shapes.length);
        copy.selection = selection;
        copy.hash = hash;
        return copy;
    }

    boolean matches(Tensor[] inputs, int[] wanted) {
        for (int i = 0; i < shapes.length; i++) {
            if (!shapes[i].equals(inputs[i].shape())) {
                return false;
            }
        }
        return Arrays.equals(selection, wanted);
    }

    Shape[] shapes() {
        return shapes;
    }

    int[] selection() {
        return selection;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BindingKey key
                && hash == key.hash
                && Arrays.equals(shapes, key.shapes)
                && Arrays.equals(selection, key.selection);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
