package dev.slipway.backend.keras;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Keras's activation functions.
 *
 * @see <a href="https://keras.io/api/layers/activations/">keras.activations</a>
 */
final class Activations {
    /** Of the scaled exponential linear unit, as Keras and ONNX have them. */
    private static final Attribute[] SELU = {Attribute.of("alpha", 1.6732632f), Attribute.of("gamma", 1.050701f)};

    private Activations() {}

    /** The name of what a file says of an activation: text, or a function, or a layer; {@code linear} for nothing. */
    static String name(Call call, @Nullable Object said) {
        if (said == null) {
            return "linear";
        } else if (said instanceof String name) {
            return name;
        } else if (said instanceof Map<?, ?> map) {
            if ("function".equals(map.get("class_name")) && map.get("config") instanceof String name) {
                return name;
            } else if (map.get("class_name") instanceof String name) {
                return name;
            }
        }
        throw Faults.unimplemented(
                "%s: activation '%s' is not supported (expected: one of keras.activations)",
                call.config().subject(), said);
    }

    static Value apply(Call call, Value x, @Nullable Object said) {
        if (said instanceof Map<?, ?> map && map.get("config") instanceof Map<?, ?>) {
            // A layer in the place of a function, such as LeakyReLU with its slope.
            return Layers.one(
                    call.of(LayerConfig.of(said, call.config().subject()), call.weights(), java.util.List.of(x)));
        }
        return named(call, x, name(call, said)).masked(x.mask());
    }

    private static Value named(Call call, Value x, String name) {
        Ops ops = call.ops();
        return switch (name) {
            case "linear" -> x;
            case "relu" -> ops.same("Relu", x);
            case "relu6" -> clip(ops, x, 0, 6);
            case "sigmoid" -> ops.sigmoid(x);
            case "tanh" -> ops.same("Tanh", x);
            case "softmax" -> ops.softmax(x, -1);
            case "softplus" -> ops.same("Softplus", x);
            case "softsign" -> ops.same("Softsign", x);
            case "selu" -> ops.same("Selu", x, SELU);
            case "elu" -> ops.same("Elu", x, Attribute.of("alpha", 1f));
            case "celu" -> ops.same("Celu", x, Attribute.of("alpha", 1f));
            case "exponential" -> ops.same("Exp", x);
            case "leaky_relu" -> ops.same("LeakyRelu", x, Attribute.of("alpha", 0.2f));
            case "gelu" -> ops.same("Gelu", x);
            case "silu", "swish" -> ops.mul(x, ops.sigmoid(x));
            case "hard_silu", "hard_swish" -> ops.mul(x, hardSigmoid(call, x, 1f / 6));
            case "hard_sigmoid" -> hardSigmoid(call, x, hardSlope(call.dialect()));
            case "mish" -> ops.same("Mish", x);
            case "log_softmax" -> ops.same("LogSoftmax", x, Attribute.of("axis", -1L));
            case "log_sigmoid" -> ops.same("Neg", ops.same("Softplus", ops.same("Neg", x)));
            default -> rare(call, x, name);
        };
    }

    private static Value rare(Call call, Value x, String name) {
        Ops ops = call.ops();
        return switch (name) {
            case "hard_tanh" -> clip(ops, x, -1, 1);
            case "tanh_shrink" -> ops.sub(x, ops.same("Tanh", x));
            case "hard_shrink" -> ops.same("Shrink", x, Attribute.of("lambd", 0.5f), Attribute.of("bias", 0f));
            case "soft_shrink" -> ops.same("Shrink", x, Attribute.of("lambd", 0.5f), Attribute.of("bias", 0.5f));
            case "squareplus" -> ops.mul(ops.add(x, ops.same("Sqrt", ops.add(ops.mul(x, x), 4))), 0.5);
            case "sparse_sigmoid" -> clip(ops, ops.mul(ops.add(x, 1), 0.5), 0, 1);
            case "glu" -> {
                long size = call.known(x, -1);
                Value gate = ops.slice(x, x.rank() - 1, size / 2, size);
                yield ops.mul(ops.slice(x, x.rank() - 1, 0, size / 2), ops.sigmoid(gate));
            }
            default ->
                throw Faults.unimplemented(
                        "%s: activation '%s' is not supported (expected: one of keras.activations)",
                        call.config().subject(), name);
        };
    }

    /** The slope of Keras's own function, which Keras 3 changed. */
    static float hardSlope(Dialect dialect) {
        return dialect.major() >= 3 ? 1f / 6 : 0.2f;
    }

    private static Value hardSigmoid(Call call, Value x, float slope) {
        return call.ops().same("HardSigmoid", x, Attribute.of("alpha", slope), Attribute.of("beta", 0.5f));
    }

    static Value clip(Ops ops, Value x, double min, double max) {
        return ops.graph()
                .node(
                        "Clip",
                        x.dtype(),
                        x.shape(),
                        java.util.List.of(
                                x, ops.graph().number(min), ops.graph().number(max)));
    }
}
