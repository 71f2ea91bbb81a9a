package dev.slipway.backend.torch;

import static dev.slipway.api.ErrorCode.FAILED_PRECONDITION;
import static dev.slipway.api.ErrorCode.INTERNAL;

import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import dev.slipway.api.DType;
import dev.slipway.api.Signature;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import dev.slipway.api.TensorSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Takes apart what a module returned. */
final class Answers {
    private final Arena arena;
    private final Signature signature;
    private final boolean isSaid;

    /** @param isSaid whether people said what comes out, so that it must be so */
    Answers(Arena arena, Signature signature, boolean isSaid) {
        this.arena = arena;
        this.signature = signature;
        this.isSaid = isSaid;
    }

    /**
     * @param type of what was returned
     * @param wanted places in the signature's outputs
     */
    Map<String, Tensor> read(IValue result, ScriptType type, List<Integer> wanted) {
        Map<String, Tensor> answer = new LinkedHashMap<>();
        ScriptType required = type.required();
        if (required.isTensorDict()) {
            Map<String, IValue> values = result.toIValueMap();
            values.values().forEach(arena::own);
            for (int place : wanted) {
                TensorSpec spec = signature.outputs().get(place);
                IValue value = values.get(spec.name());
                if (value == null) {
                    throw new SlipwayException(
                            FAILED_PRECONDITION,
                            "output '%s' is not there (found: %s)".formatted(spec.name(), values.keySet()));
                }
                put(answer, spec, spec.name(), value);
            }
            return answer;
        }
        List<Object> leaves = new ArrayList<>();
        if (required.isTensorList() && isSaid) {
            leaves.addAll(List.of(result.toTensorArray(arena.manager())));
        } else {
            flatten(result, required, leaves);
        }
        boolean isPlaced =
                isSaid && signature.outputs().stream().allMatch(spec -> SignaturePlan.position(spec.name()) >= 0);
        for (int place : wanted) {
            TensorSpec spec = signature.outputs().get(place);
            int leaf = isPlaced ? SignaturePlan.position(spec.name()) : place;
            if (leaf >= leaves.size()) {
                throw new SlipwayException(
                        FAILED_PRECONDITION,
                        "output '%s' is not there: the module returned %d".formatted(spec.name(), leaves.size()));
            }
            put(answer, spec, spec.name(), leaves.get(leaf));
        }
        return answer;
    }

    private void flatten(IValue value, ScriptType optional, List<Object> leaves) {
        ScriptType type = optional.required();
        if (type.isTuple() && value.isTuple()) {
            IValue[] parts = value.toIValueTuple();
            for (IValue part : parts) {
                arena.own(part);
            }
            for (int i = 0; i < parts.length && i < type.arguments().size(); i++) {
                flatten(parts[i], type.arguments().get(i), leaves);
            }
        } else if (type.isTensorList() && value.isTensorList()) {
            leaves.add(value.toTensorArray(arena.manager()));
        } else {
            leaves.add(value);
        }
    }

    private void put(Map<String, Tensor> answer, TensorSpec spec, String name, Object leaf) {
        if (leaf instanceof PtNDArray[] list) {
            for (int i = 0; i < list.length; i++) {
                put(answer, spec, name + "/" + i, list[i]);
            }
            return;
        }
        Tensor tensor = leaf instanceof PtNDArray array ? Elements.fromTorch(name, array) : tensor(name, (IValue) leaf);
        if (isSaid && tensor.dtype() != spec.dtype()) {
            throw new SlipwayException(
                    FAILED_PRECONDITION,
                    "output '%s' is %s (expected, as its signature in slipway.yaml says: %s)"
                            .formatted(name, tensor, spec.dtype()));
        }
        answer.put(name, tensor);
    }

    private Tensor tensor(String name, IValue value) {
        if (value.isTensor()) {
            return Elements.fromTorch(name, value.toTensor(arena.manager()));
        } else if (value.isBoolean()) {
            return Elements.scalar(DType.BOOL, value.toBoolean() ? 1 : 0);
        } else if (value.isLong()) {
            return Elements.scalar(DType.INT64, value.toLong());
        } else if (value.isDouble()) {
            return Elements.scalar(DType.FP64, Double.doubleToRawLongBits(value.toDouble()));
        } else if (value.isString()) {
            return Elements.text(value.toStringValue());
        }
        throw new SlipwayException(
                INTERNAL,
                "output '%s' is a %s (expected: a tensor, a number or text)".formatted(name, value.getType()));
    }
}
