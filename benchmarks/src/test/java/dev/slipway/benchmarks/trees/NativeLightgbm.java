package dev.slipway.benchmarks.trees;

import com.microsoft.ml.lightgbm.SWIGTYPE_p_double;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_long_long;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_p_void;
import com.microsoft.ml.lightgbm.SWIGTYPE_p_void;
import com.microsoft.ml.lightgbm.lightgbmlib;
import com.microsoft.ml.lightgbm.lightgbmlibConstants;
import io.github.metarank.lightgbm4j.LGBMBooster;
import java.nio.file.Path;

/** LightGBM's own library, on one thread, through its C interface: the wrapper's method crashes with several classes. */
final class NativeLightgbm {
    private final SWIGTYPE_p_void booster;
    private final int outputs;
    private final SWIGTYPE_p_long_long length;

    NativeLightgbm(Path model, int outputs) throws Exception {
        LGBMBooster.loadNative();
        this.outputs = outputs;
        length = lightgbmlib.new_int64_tp();
        SWIGTYPE_p_p_void handle = lightgbmlib.voidpp_handle();
        check(lightgbmlib.LGBM_BoosterCreateFromModelfile(model.toString(), lightgbmlib.new_intp(), handle));
        booster = lightgbmlib.voidpp_value(handle);
    }

    /** Rows where the library can see them. */
    Prepared prepare(double[] rows, int count) {
        SWIGTYPE_p_double data = lightgbmlib.new_doubleArray(rows.length);
        for (int i = 0; i < rows.length; i++) {
            lightgbmlib.doubleArray_setitem(data, i, rows[i]);
        }
        return new Prepared(data, count, rows.length / count, lightgbmlib.new_doubleArray((long) count * outputs));
    }

    /** Rows and room for their answers. */
    record Prepared(SWIGTYPE_p_double data, int count, int columns, SWIGTYPE_p_double answers) {}

    void predict(Prepared rows) {
        check(lightgbmlib.LGBM_BoosterPredictForMat(
                booster,
                lightgbmlib.double_to_voidp_ptr(rows.data()),
                lightgbmlibConstants.C_API_DTYPE_FLOAT64,
                rows.count(),
                rows.columns(),
                1,
                lightgbmlibConstants.C_API_PREDICT_NORMAL,
                0,
                -1,
                "num_threads=1",
                length,
                rows.answers()));
    }

    double[] answers(Prepared rows) {
        double[] answers = new double[rows.count() * outputs];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = lightgbmlib.doubleArray_getitem(rows.answers(), i);
        }
        return answers;
    }

    private static void check(int code) {
        if (code != 0) {
            throw new IllegalStateException(lightgbmlib.LGBM_GetLastError());
        }
    }
}
