package dev.slipway.backend.onnx;

import org.jspecify.annotations.Nullable;

/** The memory of one slot: a cell for each input and output that needs one. */
final class Cells {
    private final OnnxModel model;
    private final Runnable beforeMove;
    private final @Nullable Cell[] inputs;
    private final @Nullable Cell[] outputs;
    private final @Nullable MapCell[] maps;
    private long capacityBytes;

    /** @param beforeMove closes what was bound to these cells before, since the memory of one of them moves */
    Cells(OnnxModel model, Runnable beforeMove) {
        this.model = model;
        this.beforeMove = beforeMove;
        this.inputs = new Cell[model.checked().inputs().size()];
        this.outputs = new Cell[model.outputs().size()];
        this.maps = new MapCell[model.outputs().size()];
    }

    Cell input(int index) {
        Cell cell = inputs[index];
        if (cell == null) {
            cell = new Cell(model.runtime(), model.checked().inputs().get(index), this);
            inputs[index] = cell;
        }
        return cell;
    }

    Cell output(int index) {
        Cell cell = outputs[index];
        if (cell == null) {
            cell = new Cell(model.runtime(), model.outputs().get(index).port(), this);
            outputs[index] = cell;
        }
        return cell;
    }

    /** Where an output's scores become maps. */
    MapCell maps(int index, ZipMap zipMap) {
        MapCell cell = maps[index];
        if (cell == null) {
            cell = new MapCell(zipMap, this);
            maps[index] = cell;
        }
        return cell;
    }

    /** Told by a cell before its memory moves. */
    void moves(long moreBytes) {
        beforeMove.run();
        capacityBytes += moreBytes;
    }

    long capacityBytes() {
        return capacityBytes;
    }
}
