package dev.slipway.backend.onnx;

import dev.slipway.backend.common.WireReader;
import dev.slipway.backend.onnx.ValueType.Dim;
import dev.slipway.backend.onnx.ValueType.Kind;
import java.util.ArrayList;
import java.util.List;

/** Reads the types of values. */
final class TypeReader {
    private static final int DIMS_MAX = 64;

    private final WireReader reader;

    TypeReader(WireReader reader) {
        this.reader = reader;
    }

    ValueType type() {
        long outer = reader.enter();
        ValueType type = ValueType.UNSTATED;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> type = tensorType(Kind.TENSOR);
                case 4 -> type = holder(Kind.SEQUENCE, 1, -1);
                case 5 -> type = holder(Kind.MAP, 2, 1);
                case 7 -> {
                    reader.skip();
                    type = new ValueType(Kind.OPAQUE, ElementType.UNDEFINED, null, null);
                }
                case 8 -> type = tensorType(Kind.SPARSE);
                case 9 -> type = holder(Kind.OPTIONAL, 1, -1);
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        return type;
    }

    private ValueType tensorType(Kind kind) {
        long outer = reader.enter();
        ElementType element = ElementType.UNDEFINED;
        List<Dim> dims = null;
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> element = ElementType.of(reader.number());
                case 2 -> dims = dims();
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        return new ValueType(kind, element, dims, null);
    }

    private ValueType holder(Kind kind, int innerField, int keyField) {
        long outer = reader.enter();
        ElementType key = ElementType.UNDEFINED;
        ValueType inner = null;
        while (reader.next()) {
            if (reader.field() == innerField) {
                inner = type();
            } else if (reader.field() == keyField) {
                key = ElementType.of(reader.number());
            } else {
                reader.skip();
            }
        }
        reader.leave(outer);
        return new ValueType(kind, key, null, inner);
    }

    private List<Dim> dims() {
        long outer = reader.enter();
        List<Dim> dims = new ArrayList<>(4);
        while (reader.next()) {
            if (reader.field() == 1) {
                if (dims.size() == DIMS_MAX) {
                    throw reader.broken("a shape of more than " + DIMS_MAX + " dimensions", "at most that");
                }
                dims.add(dim());
            } else {
                reader.skip();
            }
        }
        reader.leave(outer);
        return dims;
    }

    private Dim dim() {
        long outer = reader.enter();
        long size = -1;
        String symbol = "";
        while (reader.next()) {
            switch (reader.field()) {
                case 1 -> size = Math.max(-1, reader.number());
                case 2 -> symbol = reader.text();
                default -> reader.skip();
            }
        }
        reader.leave(outer);
        return new Dim(size, symbol);
    }
}
