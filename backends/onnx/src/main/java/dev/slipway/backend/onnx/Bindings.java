package dev.slipway.backend.onnx;

import dev.slipway.api.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bindings of one slot, all over the same memory. When requests are joined, the number of rows changes from run to
 * run, so those used last are kept, bounded by their number of native tensors.
 */
final class Bindings {
    /** With its Java objects a tensor takes about 500 bytes, beside its elements. */
    private static final int TENSORS_MAX = 512;

    private static final int KEPT_MIN = 2;
    private static final int KEPT_MAX = 128;

    private final OnnxModel model;
    private final OutputReader reader;
    private final Cells cells;
    private final int keptMax;
    private final BindingKey sought;
    /** The one used last stands last. */
    private final Map<BindingKey, Binding> kept = new LinkedHashMap<>(16, 0.75f, true);

    private @Nullable Binding latest;

    Bindings(OnnxModel model) {
        int ports = model.checked().inputs().size() + model.outputs().size();
        this.model = model;
        this.reader = new OutputReader(model.conversions());
        this.cells = new Cells(model, this::closeAllButLatest);
        this.keptMax = Math.max(KEPT_MIN, Math.min(KEPT_MAX, TENSORS_MAX / ports));
        this.sought = new BindingKey(model.checked().inputs().size());
    }

    /** The binding for a run; good until the next one is asked for. */
    Binding of(Tensor[] inputs, int[] selection) {
        Binding binding = latest;
        if (binding != null && binding.key().matches(inputs, selection)) {
            return binding;
        }
        sought.set(inputs, selection);
        binding = kept.get(sought);
        if (binding == null) {
            binding = new Binding(model, sought.copy(), cells, reader);
            kept.put(binding.key(), binding);
            closeEldest();
        }
        latest = binding;
        return binding;
    }

    private void closeEldest() {
        if (kept.size() > keptMax) {
            BindingKey eldest = kept.keySet().iterator().next();
            Binding binding = kept.remove(eldest);
            if (binding != null) {
                binding.close();
            }
        }
    }

    /** Before memory moves: all others have tensors there; the latest is about to make its own. */
    @SuppressWarnings("ReferenceEquality") // a binding is itself and no other
    private void closeAllButLatest() {
        kept.values().removeIf(binding -> {
            if (binding != latest) {
                binding.close();
            }
            return binding != latest;
        });
    }

    long capacityBytes() {
        return cells.capacityBytes();
    }

    Cells cells() {
        return cells;
    }

    void close() {
        kept.values().forEach(Binding::close);
        kept.clear();
        latest = null;
    }
}
