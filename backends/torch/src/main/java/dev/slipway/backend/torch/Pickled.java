package dev.slipway.backend.torch;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What stands in a pickle of TorchScript, as far as anybody asks. Numbers, text and Booleans are Java's own. */
final class Pickled {
    /** In place of {@code None}. */
    static final Object NONE = new Object();

    private Pickled() {}

    /** A class or function by name. */
    record Name(String module, String name) {
        private static final Set<String> OF_TORCH = Set.of("device", "Size", "per_tensor_affine", "per_channel_affine");

        /** Whether TorchScript writes it: the model's own classes, and some of PyTorch's. */
        boolean isKnown() {
            return switch (module) {
                case "torch.jit._pickle" -> true;
                case "torch._utils" -> name.startsWith("_rebuild_tensor") || name.equals("_rebuild_qtensor");
                case "collections" -> name.equals("OrderedDict");
                case "torch" -> StorageType.of(name) != null || OF_TORCH.contains(name);
                default -> module.equals("__torch__") || module.startsWith("__torch__.");
            };
        }

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
