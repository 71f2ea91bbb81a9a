package dev.slipway.backend.onnx;

/**
 * The logistic function as ONNX Runtime's operator Sigmoid computes it: a rational approximation, each multiplication and
 * addition rounded once.
 *
 * @see <a href="https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/mlas/lib/logistic.cpp">MLAS: logistic,
 *     after Eigen's</a>
 */
@SuppressWarnings("FloatingPointLiteralPrecision") // As the runtime has them.
final class Logistic {
    private static final float BOUND = 18;
    private static final float[] ODD = {
        4.37031012579801e-11f,
        1.15627324459942e-07f,
        6.08574864600143e-05f,
        8.51377133304701e-03f,
        2.48287947061529e-01f
    };
    private static final float[] EVEN = {
        6.10247389755681e-13f,
        5.76102136993427e-09f,
        6.29106785017040e-06f,
        1.70198817374094e-03f,
        1.16817656904453e-01f,
        9.93151921023180e-01f
    };

    private Logistic() {}

    static float of(float x) {
        float bounded = Math.max(-BOUND, Math.min(BOUND, x));
        float square = bounded * bounded;
        float above = ODD[0];
        for (int i = 1; i < ODD.length; i++) {
            above = Math.fma(above, square, ODD[i]);
        }
        float below = EVEN[0];
        for (int i = 1; i < EVEN.length; i++) {
            below = Math.fma(below, square, EVEN[i]);
        }
        return Math.max(0, Math.min(1, above * bounded / below + 0.5f));
    }
}
