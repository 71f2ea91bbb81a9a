package dev.slipway.backend.onnx;

import static dev.slipway.api.ErrorCode.INTERNAL;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.slipway.api.Shape;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The outputs of runs with inputs of the same shapes. Where their shapes are known before a run, the runtime writes them
 * into memory of ours, which a result then lends; the others are copied out of the runtime's.
 */
final class Fetches {
    private final OutputReader reader;
    private final OutputShapes shapes;
    private final List<Output> outputs;
    private final Cells cells;
    private final BindingKey key;
    private final int[] selection;
    /** By place in the selection, like the next; null for an output that is not pinned. */
    private final @Nullable Pin[] pins;

    private final Map<String, OnnxTensor> pinned = new LinkedHashMap<>();
    private final Set<String> requested = new LinkedHashSet<>();
    private final Set<String> all = new LinkedHashSet<>();
    private int generation;
    private boolean mayPinMore = true;
    /** The outputs of a run in which all are pinned. */
    private @Nullable Map<String, Tensor> allPinned;

    Fetches(OnnxModel model, BindingKey key, Cells cells, OutputReader reader) {
        this.reader = reader;
        this.shapes = model.shapes();
        this.outputs = model.outputs();
        this.cells = cells;
        this.key = key;
        this.selection = key.selection();
        this.pins = new Pin[selection.length];
    }

    /**
     * An output that the runtime writes into memory of ours.
     *
     * @param cell the memory
     * @param bound what the runtime writes
     * @param bytes its size
     * @param maps where what callers see is made of it; null where they see it as it is
     * @param answer what callers see
     */
    private record Pin(
            Cell cell,
            Cell.Bound bound,
            int bytes,
            @Nullable MapCell maps,
            Tensor answer) {}

    /** Decides which outputs are pinned in the next run, mostly as in the one before, and marks them as not written. */
    void prepare() throws OrtException {
        int current = shapes.generation();
        if (mayPinMore || generation != current) {
            unpin();
            generation = current;
            choose(shapes.of(key.shapes()));
        }
        for (Pin pin : pins) {
            if (pin != null) {
                pin.cell().mark(pin.bytes());
            }
        }
    }

    private void choose(@Nullable Shape[] known) throws OrtException {
        Map<String, Tensor> answers = new LinkedHashMap<>();
        mayPinMore = false;
        for (int i = 0; i < selection.length; i++) {
            Output output = outputs.get(selection[i]);
            Shape shape = known[selection[i]];
            all.add(output.port().name());
            if (shape != null && shapes.isPinnable(selection[i], shape)) {
                Pin pin = pin(selection[i], output.zipMap(), shape);
                pins[i] = pin;
                pinned.put(output.port().name(), pin.bound().value());
                answers.put(output.name(), pin.answer());
            } else {
                requested.add(output.port().name());
                mayPinMore |= shape == null && shapes.isPinnable(selection[i]);
            }
        }
        allPinned = requested.isEmpty() ? Collections.unmodifiableMap(answers) : null;
    }

    private Pin pin(int output, @Nullable ZipMap zipMap, Shape shape) throws OrtException {
        MapCell maps = zipMap == null ? null : cells.maps(output, zipMap);
        Tensor answer = maps == null ? null : maps.bind(shape);
        Cell cell = cells.output(output);
        Cell.Bound bound = cell.bind(shape);
        int bytes = bound.view().data().remaining();
        return new Pin(cell, bound, bytes, maps, answer == null ? bound.view() : answer);
    }

    /** Names of the outputs for which the runtime allocates. */
    Set<String> requested() {
        return requested;
    }

    Map<String, OnnxTensor> pinned() {
        return pinned;
    }

    Set<String> all() {
        return all;
    }

    /** Whether the runtime has written every pinned output; those that it has not are not pinned again. */
    boolean areWritten() {
        boolean areWritten = true;
        for (int i = 0; i < pins.length; i++) {
            Pin pin = pins[i];
            if (pin != null && pin.cell().isMarked(pin.bytes())) {
                shapes.distrust(selection[i]);
                areWritten = false;
            }
        }
        return areWritten;
    }

    /** The outputs of a run with the pins as they are; the others are copied, and their shapes learnt. */
    Map<String, Tensor> collect(OrtSession.Result result, boolean hasOddText) throws OrtException {
        for (Pin pin : pins) {
            if (pin != null && pin.maps() != null) {
                pin.maps().write(pin.bound().view());
            }
        }
        if (allPinned != null) {
            return allPinned;
        }
        Map<String, Tensor> answers = new LinkedHashMap<>();
        for (int i = 0; i < selection.length; i++) {
            Output output = outputs.get(selection[i]);
            Pin pin = pins[i];
            if (pin != null) {
                answers.put(output.name(), pin.answer());
            } else {
                Shape shape = reader.read(output, value(result, output), hasOddText, answers);
                if (shape != null && shapes.isPinnable(selection[i])) {
                    shapes.learn(key.shapes(), selection[i], shape);
                }
            }
        }
        return answers;
    }

    /** The outputs of a run without pins, after one with them failed; those that are to blame lose them. */
    Map<String, Tensor> collectUnpinned(OrtSession.Result result, boolean hasOddText) throws OrtException {
        Map<String, Tensor> answers = new LinkedHashMap<>();
        boolean isExplained = false;
        for (int i = 0; i < selection.length; i++) {
            Output output = outputs.get(selection[i]);
            Pin pin = pins[i];
            Shape shape = reader.read(output, value(result, output), hasOddText, answers);
            if (pin != null
                    && (shape == null || !shape.equals(pin.bound().view().shape()))) {
                shapes.distrust(selection[i]);
            }
            isExplained |= pin != null && !shapes.isPinnable(selection[i]);
        }
        for (int i = 0; i < selection.length; i++) {
            if (!isExplained && pins[i] != null) {
                shapes.distrust(selection[i]);
            }
        }
        return answers;
    }

    private static OnnxValue value(OrtSession.Result result, Output output) {
        return result.get(output.port().name())
                .orElseThrow(() -> new SlipwayException(
                        INTERNAL, "output '%s' is missing in the runtime's answer".formatted(output.name())));
    }

    private void unpin() {
        for (Pin pin : pins) {
            if (pin != null) {
                pin.bound().close();
            }
        }
        Arrays.fill(pins, null);
        pinned.clear();
        requested.clear();
        all.clear();
        allPinned = null;
    }

    void close() {
        unpin();
    }
}
