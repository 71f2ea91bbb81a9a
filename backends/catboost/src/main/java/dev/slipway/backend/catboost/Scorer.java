package dev.slipway.backend.catboost;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNAVAILABLE;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import ai.catboost.CatBoostError;
import ai.catboost.CatBoostModel;
import ai.catboost.CatBoostPredictions;
import dev.slipway.api.SlipwayException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A model that CatBoost has loaded. Rows may be asked by many threads at once. */
final class Scorer implements AutoCloseable {
    private static final AtomicLong OPEN = new AtomicLong();

    private final String file;
    private final CatBoostModel model;

    private Scorer(String file, CatBoostModel model) {
        this.file = file;
        this.model = model;
        OPEN.incrementAndGet();
    }

    /** How many are open in this process. */
    static long open() {
        return OPEN.get();
    }

    /** @throws SlipwayException {@code INVALID_ARGUMENT} when CatBoost refuses it; {@code UNIMPLEMENTED} for what rows can't carry */
    static Scorer open(CbmFile checked) {
        try {
            Scorer scorer = new Scorer(
                    checked.file(), CatBoostModel.loadModel(checked.bytes().array()));
            boolean isGood = false;
            try {
                scorer.check(checked);
                isGood = true;
                return scorer;
            } finally {
                if (!isGood) {
                    scorer.close();
                }
            }
        } catch (SlipwayException e) {
            throw e;
        } catch (CatBoostError | RuntimeException e) {
            // Its Java part trusts the numbers of a file, too.
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' is refused by CatBoost: %s"
                            .formatted(checked.file(), CbmFile.shown(String.valueOf(e.getMessage()))),
                    e);
        } catch (LinkageError e) {
            throw new SlipwayException(
                    UNAVAILABLE, "CatBoost's native library can't be loaded (expected: linux-x86_64): " + e, e);
        }
    }

    private void check(CbmFile checked) {
        if (model.getUsedTextFeatureCount() > 0 || model.getUsedEmbeddingFeatureCount() > 0) {
            throw CbmFile.refused(file, UNIMPLEMENTED, "text or embedding features", "float and categorical ones");
        } else if (model.getPredictionDimension() != checked.dimension() || model.getTreeCount() != checked.trees()) {
            throw CbmFile.refused(
                    file,
                    INVALID_ARGUMENT,
                    "%d values and %d trees".formatted(model.getPredictionDimension(), model.getTreeCount()),
                    "%d and %d, as its header says".formatted(checked.dimension(), checked.trees()));
        }
    }

    /**
     * Answers rows.
     *
     * @param numbers {@code [rows][float features]}
     * @param categories {@code [rows][categorical features]}; null where there are none
     * @return {@code [rows][dimension]}: raw values
     */
    double[][] raw(float[][] numbers, String @Nullable [][] categories) {
        try {
            CatBoostPredictions predictions = model.predict(numbers, categories);
            double[][] raw = new double[numbers.length][];
            for (int row = 0; row < raw.length; row++) {
                raw[row] = predictions.copyObjectPredictions(row);
            }
            return raw;
        } catch (CatBoostError e) {
            throw new SlipwayException(
                    INVALID_ARGUMENT,
                    "'%s' refuses the rows: %s".formatted(file, CbmFile.shown(String.valueOf(e.getMessage()))),
                    e);
        }
    }

    @Override
    public void close() {
        try {
            model.close();
            OPEN.decrementAndGet();
        } catch (CatBoostError e) {
            throw new IllegalStateException(e);
        }
    }
}
