package dev.slipway.backend.trees;

import dev.slipway.api.Deadline;
import dev.slipway.backend.forest.Rows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** XGBoost's linear booster: bias, base score, then feature by feature, in float32; what is missing adds nothing. */
@SuppressWarnings("ArrayRecordComponent") // Never changed once made, nor compared.
record XgboostLinear(XgboostObjective objective, float[] coefficients, float[] margins) implements Scorer {
    @Override
    public ByteBuffer score(Rows rows, Deadline deadline) {
        int groups = margins.length;
        int bias = rows.columns() * groups;
        float[] sums = new float[rows.count() * groups];
        ByteBuffer data = rows.data();
        for (int row = 0; row < rows.count(); row++) {
            for (int group = 0; group < groups; group++) {
                float sum = coefficients[bias + group] + margins[group];
                for (int column = 0; column < rows.columns(); column++) {
                    float value = data.getFloat((row * rows.columns() + column) << 2);
                    if (!Double.isNaN(value)) {
                        sum += value * coefficients[column * groups + group];
                    }
                }
                sums[row * groups + group] = sum;
            }
        }
        return answers(objective, sums, groups);
    }

    /** What the sums of so many rows begin with. */
    static float[] repeat(float[] margins, int rows) {
        float[] sums = new float[Math.multiplyExact(rows, margins.length)];
        for (int at = 0; at < sums.length; at += margins.length) {
            System.arraycopy(margins, 0, sums, at, margins.length);
        }
        return sums;
    }

    /** The answers that become of sums. */
    static ByteBuffer answers(XgboostObjective objective, float[] sums, int groups) {
        objective.turn(sums, groups);
        int step = groups / objective.outputs(groups);
        ByteBuffer answers =
                ByteBuffer.allocate(sums.length / step * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        if (step == 1) {
            answers.asFloatBuffer().put(sums);
            return answers;
        }
        for (int at = 0; at < sums.length; at += step) {
            answers.putFloat(sums[at]);
        }
        return answers.flip();
    }
}
