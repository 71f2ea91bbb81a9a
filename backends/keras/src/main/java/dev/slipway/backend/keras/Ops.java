package dev.slipway.backend.keras;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import java.util.Arrays;
import java.util.List;

/** The operations that layers are made of, with the shapes that they give. */
final class Ops {
    private final Graph graph;

    Ops(Graph graph) {
        this.graph = graph;
    }

    Graph graph() {
        return graph;
    }

    /** An operation whose output is like its input. */
    Value same(String op, Value x, Attribute... attributes) {
        return graph.node(op, x.dtype(), x.shape(), List.of(x), attributes);
    }

    /** An operation on two, which broadcasts. */
    Value two(String op, Value a, Value b) {
        return graph.node(op, a.dtype(), broadcast(op, a.shape(), b.shape()), List.of(a, b));
    }

    Value add(Value a, Value b) {
        return two("Add", a, b);
    }

    Value sub(Value a, Value b) {
        return two("Sub", a, b);
    }

    Value mul(Value a, Value b) {
        return two("Mul", a, b);
    }

    Value div(Value a, Value b) {
        return two("Div", a, b);
    }

    Value mul(Value a, double b) {
        return mul(a, graph.number(b));
    }

    Value add(Value a, double b) {
        return add(a, graph.number(b));
    }

    Value sigmoid(Value x) {
        return same("Sigmoid", x);
    }

    Value softmax(Value x, int axis) {
        return same("Softmax", x, Attribute.of("axis", axis));
    }

    /** A comparison, or a logical operation. */
    Value compare(String op, Value a, Value b) {
        return graph.node(op, DType.BOOL, broadcast(op, a.shape(), b.shape()), List.of(a, b));
    }

    Value not(Value x) {
        return same("Not", x);
    }

    Value where(Value condition, Value a, Value b) {
        Shape shape = broadcast("Where", condition.shape(), broadcast("Where", a.shape(), b.shape()));
        return graph.node("Where", a.dtype(), shape, List.of(condition, a, b));
    }

    Value cast(Value x, DType dtype) {
        return x.dtype() == dtype
                ? x
                : graph.node("Cast", dtype, x.shape(), List.of(x), Attribute.of("to", OnnxType.of(dtype)))
                        .masked(x.mask());
    }

    /** As float32, in which all is computed. */
    Value real(Value x) {
        return cast(x, DType.FP32);
    }

    Value transpose(Value x, int... order) {
        long[] dims = new long[order.length];
        long[] perm = new long[order.length];
        boolean isSame = true;
        for (int i = 0; i < order.length; i++) {
            dims[i] = x.dim(order[i]);
            perm[i] = order[i];
            isSame &= order[i] == i;
        }
        return isSame ? x : graph.node("Transpose", x.dtype(), Shape.of(dims), List.of(x), Attribute.of("perm", perm));
    }

    /** Moves the last axis behind the first. */
    Value channelsFirst(Value x) {
        int[] order = new int[x.rank()];
        for (int i = 2; i < order.length; i++) {
            order[i] = i - 1;
        }
        order[1] = order.length - 1;
        return transpose(x, order);
    }

    /** Moves the axis behind the first to the end. */
    Value channelsLast(Value x) {
        int[] order = new int[x.rank()];
        for (int i = 1; i < order.length - 1; i++) {
            order[i] = i + 1;
        }
        order[order.length - 1] = 1;
        return transpose(x, order);
    }

    /**
     * Lays the elements out anew.
     *
     * @param target as ONNX has it: 0 keeps a size, -1 is what is left
     * @param dims the sizes that come out, as far as they are known
     */
    Value reshape(Value x, long[] target, long... dims) {
        return graph.node("Reshape", x.dtype(), Shape.of(dims), List.of(x, graph.longs(target)));
    }

    Value unsqueeze(Value x, int axis) {
        int place = axis < 0 ? axis + x.rank() + 1 : axis;
        long[] dims = new long[x.rank() + 1];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = i == place ? 1 : x.dim(i < place ? i : i - 1);
        }
        return graph.node("Unsqueeze", x.dtype(), Shape.of(dims), List.of(x, graph.longs(place)));
    }

    Value squeeze(Value x, int axis) {
        int place = axis < 0 ? axis + x.rank() : axis;
        return graph.node("Squeeze", x.dtype(), without(x.shape(), place), List.of(x, graph.longs(place)));
    }

    /** One place of an axis, which goes. */
    Value pick(Value x, int axis, long place) {
        int at = axis < 0 ? axis + x.rank() : axis;
        return graph.node(
                "Gather", x.dtype(), without(x.shape(), at), List.of(x, graph.number(place)), Attribute.of("axis", at));
    }

    /** Elements {@code from} to {@code to} of an axis; negative ones count from the end, {@link Long#MAX_VALUE} is it. */
    Value slice(Value x, int axis, long from, long to) {
        long[] dims = x.shape().dims();
        long size = dims[axis];
        if (size >= 0) {
            long end = Math.min(to < 0 ? to + size : to, size);
            long start = from < 0 ? from + size : from;
            dims[axis] = Math.max(0, end - start);
        } else if (from >= 0 && to >= 0 && to != Long.MAX_VALUE) {
            dims[axis] = to - from;
        }
        return graph.node(
                "Slice", x.dtype(), Shape.of(dims), List.of(x, graph.longs(from), graph.longs(to), graph.longs(axis)));
    }

    /** The same backwards along an axis. */
    Value reversed(Value x, int axis) {
        return graph.node(
                "Slice",
                x.dtype(),
                x.shape(),
                List.of(x, graph.longs(-1), graph.longs(Long.MIN_VALUE), graph.longs(axis), graph.longs(-1)));
    }

    Value concat(List<Value> parts, int axis) {
        Value first = parts.get(0);
        int place = axis < 0 ? axis + first.rank() : axis;
        long[] dims = first.shape().dims();
        dims[place] = 0;
        for (Value part : parts) {
            dims[place] = dims[place] < 0 || part.dim(place) < 0 ? -1 : dims[place] + part.dim(place);
        }
        return graph.node("Concat", first.dtype(), Shape.of(dims), parts, Attribute.of("axis", place));
    }

    /** A reduction such as {@code ReduceMean}. */
    Value reduce(String op, Value x, boolean keep, int... axes) {
        long[] dims = x.shape().dims();
        long[] places = new long[axes.length];
        for (int i = 0; i < axes.length; i++) {
            places[i] = axes[i] < 0 ? axes[i] + dims.length : axes[i];
            dims[(int) places[i]] = keep ? 1 : -2;
        }
        long[] left = Arrays.stream(dims).filter(dim -> dim != -2).toArray();
        return graph.node(
                op, x.dtype(), Shape.of(left), List.of(x, graph.longs(places)), Attribute.of("keepdims", keep ? 1 : 0));
    }

    Value matmul(Value a, Value b) {
        long[] dims = b.rank() > a.rank() ? b.shape().dims() : a.shape().dims();
        dims[dims.length - 2] = a.dim(-2);
        dims[dims.length - 1] = b.dim(-1);
        return graph.node("MatMul", a.dtype(), Shape.of(dims), List.of(a, b));
    }

    /** The size of an axis, as a list of one int64. */
    Value size(Value x, int axis) {
        return graph.node(
                "Shape",
                DType.INT64,
                Shape.of(1),
                List.of(x),
                Attribute.of("start", axis),
                Attribute.of("end", axis + 1));
    }

    /** Adds places around a tensor. */
    Value pad(Value x, long[] before, long[] after, double value) {
        long[] dims = x.shape().dims();
        long[] pads = new long[2 * dims.length];
        boolean isNone = true;
        for (int axis = 0; axis < dims.length; axis++) {
            pads[axis] = before[axis];
            pads[axis + dims.length] = after[axis];
            dims[axis] = dims[axis] < 0 ? -1 : dims[axis] + before[axis] + after[axis];
            isNone &= before[axis] == 0 && after[axis] == 0;
        }
        return isNone
                ? x
                : graph.node("Pad", x.dtype(), Shape.of(dims), List.of(x, graph.longs(pads), graph.number(value)));
    }

    private static Shape without(Shape shape, int place) {
        long[] dims = new long[shape.rank() - 1];
        for (int i = 0; i < dims.length; i++) {
            dims[i] = shape.dim(i < place ? i : i + 1);
        }
        return Shape.of(dims);
    }

    /** The shape that two broadcast to; a known size wins over an unknown one. */
    static Shape broadcast(String what, Shape a, Shape b) {
        int rank = Math.max(a.rank(), b.rank());
        long[] dims = new long[rank];
        for (int i = 1; i <= rank; i++) {
            long left = i <= a.rank() ? a.dim(a.rank() - i) : 1;
            long right = i <= b.rank() ? b.dim(b.rank() - i) : 1;
            if (left > 1 && right > 1 && left != right) {
                throw Faults.invalid("%s of shapes %s and %s (expected: shapes that fit)", what, a, b);
            }
            dims[rank - i] = left == 1 ? right : right == 1 ? left : Math.max(left, right);
        }
        return Shape.of(dims);
    }
}
