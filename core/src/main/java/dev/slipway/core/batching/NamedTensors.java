package dev.slipway.core.batching;

import dev.slipway.api.Tensor;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A few tensors by name, in a given order: two arrays, of which many such maps share the names. */
final class NamedTensors extends AbstractMap<String, Tensor> {
    /** With more names than this, looking them up one by one costs more than hashing. */
    private static final int SCANNED_MAX = 8;

    private final String[] names;
    private final Tensor[] tensors;

    private NamedTensors(String[] names, Tensor[] tensors) {
        this.names = names;
        this.tensors = tensors;
    }

    /**
     * A map that can't be changed, unless somebody writes to the arrays, which are not copied.
     *
     * @param names each once
     * @param tensors as many
     */
    static Map<String, Tensor> of(String[] names, Tensor[] tensors) {
        if (names.length <= SCANNED_MAX) {
            return new NamedTensors(names, tensors);
        }
        Map<String, Tensor> map = new LinkedHashMap<>(names.length * 2);
        for (int i = 0; i < names.length; i++) {
            map.put(names[i], tensors[i]);
        }
        return Collections.unmodifiableMap(map);
    }

    @Override
    public int size() {
        return names.length;
    }

    @Override
    public @Nullable Tensor get(@Nullable Object name) {
        for (int i = 0; i < names.length; i++) {
            if (names[i].equals(name)) {
                return tensors[i];
            }
        }
        return null;
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return get(name) != null;
    }

    @Override
    public Set<Entry<String, Tensor>> entrySet() {
        return new Entries();
    }

    private final class Entries extends AbstractSet<Entry<String, Tensor>> {
        @Override
        public int size() {
            return names.length;
        }

        @Override
        public Iterator<Entry<String, Tensor>> iterator() {
            return new Entrywise();
        }
    }

    private final class Entrywise implements Iterator<Entry<String, Tensor>> {
        private int next;

        @Override
        public boolean hasNext() {
            return next < names.length;
        }

        @Override
        public Entry<String, Tensor> next() {
            if (next == names.length) {
                throw new NoSuchElementException();
            }
            return Map.entry(names[next], tensors[next++]);
        }
    }
}
