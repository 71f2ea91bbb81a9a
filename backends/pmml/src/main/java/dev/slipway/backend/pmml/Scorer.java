package dev.slipway.backend.pmml;

import static dev.slipway.api.ErrorCode.INVALID_ARGUMENT;
import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;

import dev.slipway.api.DType;
import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.pmml4s.model.Model;

/** PMML4S's model of a document. Thread-safe. */
final class Scorer {
    /** Building a model calls itself for each element within another. */
    private static final long STACK_BYTES = 64 << 20;

    private final PmmlDocument document;
    private final Model model;

    private Scorer(PmmlDocument document, Model model) {
        this.document = document;
        this.model = model;
    }

    /** @throws SlipwayException {@code UNIMPLEMENTED} when PMML4S can't make a model of it */
    static Scorer open(PmmlDocument document) {
        Model[] built = new Model[1];
        Throwable[] failed = new Throwable[1];
        Thread building = new Thread(
                null,
                () -> {
                    try {
                        built[0] = Model.fromBytes(document.bytes().array());
                        built[0].setSupplementOutput(true);
                    } catch (Throwable e) {
                        // Scala throws checked ones, too, and its NotImplementedError is an Error.
                        failed[0] = e;
                    }
                },
                "slipway-pmml-load",
                STACK_BYTES);
        building.start();
        boolean isInterrupted = false;
        while (building.isAlive()) {
            try {
                building.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
        if (built[0] == null) {
            throw refused(document.file(), UNIMPLEMENTED, failed[0]);
        }
        Scorer scorer = new Scorer(document.withoutBytes(), built[0]);
        scorer.probe();
        return scorer;
    }

    /** Finds functions that PMML4S knows by name alone. */
    private void probe() {
        try {
            model.predict(new HashMap<>());
        } catch (UnsupportedOperationException | scala.NotImplementedError e) {
            throw refused(document.file(), UNIMPLEMENTED, e);
        } catch (Exception e) {
            // A row of missing values need not have an answer.
            return;
        }
    }

    /**
     * Answers one row.
     *
     * @param row numbers and texts by input; what is missing is not there
     * @return by PMML4S's own names
     * @throws SlipwayException {@code INVALID_ARGUMENT} when PMML4S refuses the row
     */
    Map<String, Object> answer(Map<String, Object> row) {
        try {
            return model.predict(row);
        } catch (scala.NotImplementedError | Exception e) {
            throw refused(document.file(), INVALID_ARGUMENT, e);
        }
    }

    /** An output's number; NaN where there is none. */
    double number(Map<String, Object> answer, String output) {
        Object value = value(answer, output);
        if (value instanceof Number number) {
            // PMML4S makes this of NaN where it wants a whole number.
            return value.equals(Long.MIN_VALUE) ? Double.NaN : number.doubleValue();
        } else if (value instanceof String text) {
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException e) {
                return Double.NaN;
            }
        }
        return Double.NaN;
    }

    /** An output's text; null where there is none. */
    @Nullable
    String text(Map<String, Object> answer, String output) {
        Object value = value(answer, output);
        return value == null || value.equals(Long.MIN_VALUE) ? null : value.toString();
    }

    private @Nullable Object value(Map<String, Object> answer, String output) {
        for (String name : document.sources().getOrDefault(output, List.of(output))) {
            Object value = answer.get(name);
            if (value != null) {
                return value;
            }
        }
        return null;
    }

    /**
     * Asks what the document brings, and compares.
     *
     * @throws SlipwayException {@code INVALID_ARGUMENT} when an answer differs
     */
    void verify() {
        Verification verification = document.verification();
        if (verification == null) {
            return;
        }
        for (int i = 0; i < verification.rows().size(); i++) {
            Map<String, String> row = verification.rows().get(i);
            Map<String, Object> inputs = new HashMap<>();
            for (PmmlField field : document.inputs()) {
                String text = row.get(verification.columns().getOrDefault(field.name(), ""));
                if (text != null && !text.isEmpty()) {
                    inputs.put(field.name(), field.dtype() == DType.STRING ? text : (Object) Double.valueOf(text));
                }
            }
            Map<String, Object> answer = answer(inputs);
            for (var spec : document.signature().outputs()) {
                String expected = row.get(verification.columns().getOrDefault(spec.name(), ""));
                if (expected != null && !isSame(verification, spec.name(), spec.dtype(), answer, expected)) {
                    throw new SlipwayException(
                            INVALID_ARGUMENT,
                            "'%s' answers row %d of its own ModelVerification with %s = %s (expected: %s)"
                                    .formatted(
                                            document.file(),
                                            i + 1,
                                            spec.name(),
                                            text(answer, spec.name()),
                                            PmmlReader.shown(expected)));
                }
            }
        }
    }

    private boolean isSame(
            Verification verification, String output, DType dtype, Map<String, Object> answer, String expected) {
        if (dtype == DType.STRING) {
            return expected.equals(String.valueOf(text(answer, output)));
        }
        double wanted;
        try {
            wanted = Double.parseDouble(expected);
        } catch (NumberFormatException e) {
            return false;
        }
        double found = number(answer, output);
        double zero = verification.zeroThresholds().getOrDefault(output, 1e-16);
        double precision = verification.precisions().getOrDefault(output, 1e-6);
        return Math.abs(wanted) <= zero
                ? Math.abs(found) <= zero
                : Math.abs(found - wanted) <= precision * Math.abs(wanted);
    }

    private static SlipwayException refused(String file, ErrorCode code, @Nullable Throwable cause) {
        String reason =
                cause == null ? "it ended early" : cause.getMessage() == null ? cause.toString() : cause.getMessage();
        return new SlipwayException(
                code,
                code == UNIMPLEMENTED
                        ? "'%s' is PMML with something that PMML4S lacks: %s".formatted(file, PmmlReader.shown(reason))
                        : "'%s' refuses a row: %s".formatted(file, PmmlReader.shown(reason)),
                cause);
    }
}
