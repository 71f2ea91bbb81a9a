package dev.slipway.backend.keras;

import java.util.List;
import java.util.Map;

/** The product of two tensors of which an axis each is summed up. */
final class DotLayer {
    private DotLayer() {}

    static void into(Map<String, LayerWriter> writers) {
        writers.put("Dot", LayerWriter.dropping(DotLayer::write));
    }

    private static Value write(Call call) {
        Ops ops = call.ops();
        if (call.inputs().size() != 2) {
            throw Faults.invalid(
                    "%s is called with %d tensors (expected: 2)",
                    call.config().subject(), call.inputs().size());
        }
        Value a = ops.real(call.inputs().get(0));
        Value b = ops.real(call.inputs().get(1));
        call.refuse(a.rank() < 2 || a.rank() > 3 || b.rank() < 2 || b.rank() > 3, "tensors of more than 3 axes");
        int[] axes = call.config().counts(2, -1, "axes");
        int first = axis(call, axes[0], a);
        int second = axis(call, axes[1], b);
        if (call.config().flag(false, "normalize")) {
            a = normalized(ops, a, first);
            b = normalized(ops, b, second);
        }
        if (a.rank() == 2 && b.rank() == 2) {
            return ops.reduce("ReduceSum", ops.mul(a, b), true, 1);
        }
        Value left = a.rank() == 2 ? ops.unsqueeze(a, 1) : first == 2 ? a : ops.transpose(a, 0, 2, 1);
        Value right = b.rank() == 2 ? ops.unsqueeze(b, 2) : second == 1 ? b : ops.transpose(b, 0, 2, 1);
        Value y = ops.matmul(left, right);
        return a.rank() == 2 ? ops.squeeze(y, 1) : b.rank() == 2 ? ops.squeeze(y, 2) : y;
    }

    private static int axis(Call call, int said, Value x) {
        int axis = said < 0 ? said + x.rank() : said;
        if (axis < 1 || axis >= x.rank()) {
            throw Faults.invalid(
                    "%s: axis %d of %s (expected: one of its axes)",
                    call.config().subject(), said, x.shape());
        }
        return axis;
    }

    private static Value normalized(Ops ops, Value x, int axis) {
        Value squares = ops.reduce("ReduceSum", ops.mul(x, x), true, axis);
        Value bounded = ops.graph()
                .node(
                        "Max",
                        x.dtype(),
                        squares.shape(),
                        List.of(squares, ops.graph().number(1e-12)));
        return ops.div(x, ops.same("Sqrt", bounded));
    }
}
