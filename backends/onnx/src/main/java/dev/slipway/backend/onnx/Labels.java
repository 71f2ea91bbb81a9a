package dev.slipway.backend.onnx;

import dev.slipway.backend.common.WireReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** The class labels among a node's attributes. */
final class Labels {
    private final List<String> texts = new ArrayList<>();
    private final List<Long> longs = new ArrayList<>();

    /** Reads an attribute, and keeps what it has of labels. */
    void read(WireReader reader) {
        long outer = reader.enter();
        String name = "";
        List<String> strings = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> name = reader.text();
                case 8 -> numbers(reader, numbers);
                case 9 -> strings.add(reader.text());
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        if (name.equals("classlabels_strings")) {
            texts.addAll(strings);
        } else if (name.equals("classlabels_int64s")) {
            longs.addAll(numbers);
        }
    }

    /** Reads numbers, packed or not. */
    private static void numbers(WireReader reader, List<Long> numbers) {
        if (reader.wireType() == WireReader.VARINT) {
            numbers.add(reader.number());
            return;
        }
        long outer = reader.enter();
        while (reader.hasMore()) {
            numbers.add(reader.varint());
        }
        reader.leave(outer);
    }

    /** The maps with these labels, of that type; empty unless all are, each another, and readable as text. */
    Optional<ZipMap> zipMap(ElementType keys) {
        boolean isReadable = texts.stream().noneMatch(text -> text.indexOf('\uFFFD') >= 0);
        if (keys == ElementType.STRING && longs.isEmpty() && isReadable && isEachAnother(texts)) {
            return Optional.of(ZipMap.of(texts));
        } else if (keys == ElementType.INT64 && texts.isEmpty() && isEachAnother(longs)) {
            return Optional.of(ZipMap.of(longs));
        }
        return Optional.empty();
    }

    private static boolean isEachAnother(List<?> labels) {
        return !labels.isEmpty() && new HashSet<>(labels).size() == labels.size();
    }
}
