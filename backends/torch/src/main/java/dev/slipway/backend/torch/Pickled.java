package dev.slipway.backend.torch;

import java.util.ArrayList;
import java.util.List;

/** What stands in a pickle of TorchScript, as far as anybody asks. Numbers, text and Booleans are Java's own. */
final class Pickled {
    /** In place of {@code None}. */
    static final Object NONE = new Object();

    private Pickled() {}

    /** A class or function by name. */
    record Name(String module, String name) {
        @Override
        public String toString() {
            return module + "." + name;
        }
    }

    /** An object of a class, or what a function gave. */
    record Made(Name by) {}

    /** The memory of a tensor. */
    record Storage(StorageType type, long elements) {}

    /** A tensor: only its type and sizes. */
    record TensorHead(StorageType type, List<Long> sizes) {}

    /** A tuple, a list, or a dict with keys and values in turn. Identity counts, so that nested ones cost nothing. */
    static final class Items {
        final List<Object> values = new ArrayList<>();
    }
}
