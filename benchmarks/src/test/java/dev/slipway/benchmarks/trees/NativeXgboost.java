package dev.slipway.benchmarks.trees;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** XGBoost's own library, on one thread. */
final class NativeXgboost {
    private final Booster booster;

    private NativeXgboost(Booster booster) throws XGBoostError {
        this.booster = booster;
        booster.setParam("nthread", 1);
    }

    static NativeXgboost load(Path model) throws XGBoostError {
        return new NativeXgboost(XGBoost.loadModel(model.toString()));
    }

    /** Trains 100 trees of depth 6, and saves them. */
    static NativeXgboost trained(Path model, float[] rows, float[] labels) throws XGBoostError {
        DMatrix data = new DMatrix(rows, labels.length, rows.length / labels.length, Float.NaN);
        data.setLabel(labels);
        Map<String, Object> parameters = new HashMap<>(Map.of(
                "max_depth", 6,
                "objective", "binary:logistic",
                "nthread", 1,
                "min_child_weight", 0,
                "seed", 7));
        Booster booster = XGBoost.train(data, parameters, 100, Map.of(), null, null);
        booster.saveModel(model.toString());
        return new NativeXgboost(booster);
    }

    /** The answers of the rows, by way of predict where {@code inPlace} is not asked for. */
    float[][] predict(float[] rows, int count, boolean inPlace) throws XGBoostError {
        int columns = rows.length / count;
        if (inPlace) {
            return booster.inplace_predict(rows, count, columns, Float.NaN);
        }
        DMatrix data = new DMatrix(rows, count, columns, Float.NaN);
        try {
            return booster.predict(data);
        } finally {
            data.dispose();
        }
    }
}
