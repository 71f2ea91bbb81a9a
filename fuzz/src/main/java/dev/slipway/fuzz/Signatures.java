package dev.slipway.fuzz;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.Signature;
import dev.slipway.api.TensorSpec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Signatures that a request may be read for, of which its first byte picks one. */
final class Signatures {
    private static final List<TensorSpec> OUTPUTS = List.of(
            new TensorSpec("y", DType.FP32, Shape.of(-1, 3)), new TensorSpec("name_bytes", DType.STRING, Shape.of(-1)));
    private static final List<Signature> ALL = all();

    private Signatures() {}

    /** Takes one byte. */
    static Signature take(ByteBuffer bytes) {
        return ALL.get(bytes.hasRemaining() ? Byte.toUnsignedInt(bytes.get()) % ALL.size() : 0);
    }

    private static List<Signature> all() {
        List<Signature> all = new ArrayList<>();
        for (DType dtype : DType.values()) {
            if (dtype != DType.MAP) {
                all.add(of(new TensorSpec("x", dtype, Shape.of(-1))));
                all.add(of(new TensorSpec("x", dtype, Shape.of(-1, -1))));
            }
        }
        all.add(of(new TensorSpec("x", DType.FP32, Shape.of(-1, 4))));
        all.add(of(new TensorSpec("x", DType.FP32, Shape.ANY)));
        all.add(of(new TensorSpec("x", DType.FP32, Shape.of())));
        all.add(of(
                new TensorSpec("x", DType.FP32, Shape.of(-1, 2)),
                new TensorSpec("ids", DType.INT64, Shape.of(-1)),
                new TensorSpec("text_bytes", DType.STRING, Shape.of(-1))));
        all.add(of(
                new TensorSpec("age", DType.FP64, Shape.of(-1), false, true),
                new TensorSpec("job", DType.STRING, Shape.of(-1), false, true),
                new TensorSpec("id", DType.INT64, Shape.of(-1))));
        return all;
    }

    private static Signature of(TensorSpec... inputs) {
        return new Signature(Signature.DEFAULT, List.of(inputs), OUTPUTS);
    }
}
