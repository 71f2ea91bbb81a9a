package dev.slipway.backend.catboost;

import dev.slipway.api.DType;
import dev.slipway.api.Shape;
import dev.slipway.api.TensorSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What raw values of a model mean, by the loss that it was trained for.
 *
 * @param loss CatBoost's name: {@code Logloss}; empty where the file does not tell
 * @param labels of the classes; empty where it is no classifier
 * @param dimension of the raw values
 */
record Prediction(String loss, List<String> labels, int dimension) {
    static final String RAW = "raw";
    static final String PROBABILITY = "probability";
    static final String CLASS = "class";
    static final String EXPONENT = "exponent";

    private static final Pattern LOSS = Pattern.compile("\"loss_function\"\\s*:\\s*\\{\\s*\"type\"\\s*:\\s*\"(\\w+)\"");
    private static final Pattern NAMES = Pattern.compile("\"class_names\"\\s*:\\s*\\[([^\\]]*)\\]");
    private static final Pattern NAME = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|[-+.\\w]+");
    private static final Set<String> BINARY = Set.of("Logloss", "CrossEntropy");
    private static final Set<String> LOGARITHMIC = Set.of("Poisson", "Tweedie");

    Prediction {
        labels = List.copyOf(labels);
    }

    static Prediction of(CbmFile model) {
        Matcher loss = LOSS.matcher(model.info().getOrDefault("params", ""));
        String name = loss.find() ? loss.group(1) : "";
        int classes = BINARY.contains(name) && model.dimension() == 1
                ? 2
                : name.startsWith("MultiClass") && model.dimension() > 1 ? model.dimension() : 0;
        List<String> labels = new ArrayList<>();
        Matcher names = NAMES.matcher(model.info().getOrDefault("class_params", ""));
        if (names.find()) {
            for (Matcher one = NAME.matcher(names.group(1)); one.find(); ) {
                labels.add(one.group(1) == null ? one.group() : unescaped(one.group(1)));
            }
        }
        if (labels.size() != classes) {
            labels.clear();
            for (int i = 0; i < classes; i++) {
                labels.add(String.valueOf(i));
            }
        }
        return new Prediction(name, labels, model.dimension());
    }

    private static String unescaped(String text) {
        return text.replace("\\\"", "\"").replace("\\/", "/").replace("\\\\", "\\");
    }

    /** What there is to answer, all of it. */
    List<TensorSpec> outputs() {
        List<TensorSpec> outputs = new ArrayList<>();
        outputs.add(new TensorSpec(RAW, DType.FP64, dimension == 1 ? Shape.of(-1) : Shape.of(-1, dimension)));
        if (!labels.isEmpty()) {
            outputs.add(new TensorSpec(PROBABILITY, DType.FP64, Shape.of(-1, labels.size())));
            outputs.add(new TensorSpec(CLASS, DType.STRING, Shape.of(-1)));
        } else if (LOGARITHMIC.contains(loss)) {
            outputs.add(new TensorSpec(EXPONENT, DType.FP64, Shape.of(-1)));
        }
        return outputs;
    }

    /** Each class's probability; sums to 1 but for {@code MultiClassOneVsAll}. */
    double[] probabilities(double[] raw) {
        double[] probabilities = new double[labels.size()];
        if (dimension == 1) {
            probabilities[1] = sigmoid(raw[0]);
            probabilities[0] = 1 - probabilities[1];
        } else if (loss.equals("MultiClassOneVsAll")) {
            for (int i = 0; i < raw.length; i++) {
                probabilities[i] = sigmoid(raw[i]);
            }
        } else {
            double largest = raw[largest(raw)];
            double sum = 0;
            for (int i = 0; i < raw.length; i++) {
                probabilities[i] = Math.exp(raw[i] - largest);
                sum += probabilities[i];
            }
            for (int i = 0; i < raw.length; i++) {
                probabilities[i] /= sum;
            }
        }
        return probabilities;
    }

    String label(double[] raw) {
        return labels.get(dimension == 1 ? (raw[0] > 0 ? 1 : 0) : largest(raw));
    }

    private static int largest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    private static double sigmoid(double value) {
        return 1 / (1 + Math.exp(-value));
    }
}
