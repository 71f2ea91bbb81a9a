package dev.slipway.transforms.table;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a category becomes numbers.
 *
 * @param form what stands for one
 * @param categories all that there are, in the order that the model was trained with; empty when {@code file} says them
 * @param file names them, a line each; null when {@code categories} does
 * @param unknown what stands for one that is none of them; null when that is an error. Of {@link Form#INDEX} any whole number,
 *     of {@link Form#ONE_HOT} 0 for zeros alone
 */
public record Encoding(
        Form form,
        List<String> categories,
        @Nullable Path file,
        @Nullable Integer unknown) {
    /** What stands for a category. */
    public enum Form {
        /** The text itself, for a model that takes text. */
        TEXT,
        /** Its place in the list, from 0. */
        INDEX,
        /** As many numbers as there are categories: 1 at its place, 0 elsewhere. */
        ONE_HOT
    }

    public Encoding {
        categories = List.copyOf(categories);
        if (categories.isEmpty() == (file == null)) {
            throw new IllegalArgumentException(
                    "categories: %d, and file %s (expected: either)".formatted(categories.size(), file));
        }
        if (new HashSet<>(categories).size() < categories.size()) {
            throw new IllegalArgumentException("categories: %s (expected: each once)".formatted(categories));
        }
        if (unknown != null && (form == Form.TEXT || (form == Form.ONE_HOT && unknown != 0))) {
            throw new IllegalArgumentException(
                    "unknown: %d (expected: %s)".formatted(unknown, form == Form.TEXT ? "error" : "error or zeros"));
        }
    }

    Map<String, Object> written() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("categories", file == null ? categories : file.toString());
        keys.put("encode", form == Form.ONE_HOT ? "one_hot" : form == Form.INDEX ? "index" : "text");
        if (unknown != null) {
            keys.put("unknown", form == Form.ONE_HOT ? "zeros" : unknown);
        }
        return keys;
    }
}
