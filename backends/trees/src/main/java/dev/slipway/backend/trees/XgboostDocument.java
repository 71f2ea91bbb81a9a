package dev.slipway.backend.trees;

import static dev.slipway.api.ErrorCode.UNIMPLEMENTED;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads XGBoost's JSON and UBJSON, which have the same members, in any order.
 *
 * @see <a href="https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html">XGBoost: model IO, with the schema</a>
 */
final class XgboostDocument {
    private final Events in;
    private final XgboostParts parts;

    XgboostDocument(Events in) {
        this.in = in;
        parts = new XgboostParts(in.bytes());
    }

    XgboostParts read() {
        if (in.peek() == Events.Kind.ARRAY) {
            throw parts.bytes.fault(
                    UNIMPLEMENTED,
                    "a list, as dump_model writes it, which lacks half of the model",
                    "save_model's file");
        }
        boolean hasLearner = false;
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "learner" -> {
                    learner();
                    hasLearner = true;
                }
                case "version" -> version();
                default -> in.skip();
            }
        }
        in.end();
        if (!hasLearner || parts.booster.isEmpty() || parts.objective.isEmpty() || parts.features < 0) {
            throw parts.broken(
                    "booster '%s', objective '%s', %d features"
                            .formatted(parts.booster, parts.objective, parts.features),
                    "a learner with gradient_booster, objective and learner_model_param");
        }
        return parts;
    }

    private void version() {
        StringBuilder text = new StringBuilder();
        for (int number : Numbers.ints(in)) {
            text.append(text.length() == 0 ? "" : ".").append(number);
        }
        parts.version = text.toString();
    }

    private void learner() {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "attributes" -> attributes();
                case "feature_names" -> texts(parts.names);
                case "feature_types" -> texts(parts.types);
                case "gradient_booster" -> booster(true);
                case "learner_model_param" -> parameters();
                case "objective" -> objective();
                default -> in.skip();
            }
        }
    }

    private void attributes() {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            if (in.peek() == Events.Kind.TEXT) {
                parts.attributes.put(name, in.text());
            } else {
                in.skip();
            }
        }
    }

    private void texts(List<String> texts) {
        texts.clear();
        in.beginArray();
        while (in.nextElement()) {
            texts.add(in.text());
        }
    }

    private void objective() {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            if (name.equals("name")) {
                parts.objective = in.text();
            } else {
                in.skip();
            }
        }
    }

    private void parameters() {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "base_score" -> parts.baseScores = baseScores();
                case "num_feature" -> parts.features = whole();
                case "num_class" -> parts.classes = whole();
                case "num_target" -> parts.targets = whole();
                default -> in.skip();
            }
        }
    }

    /** A number as text; since 3.1 a list of them, in brackets. */
    private float[] baseScores() {
        String text = in.peek() == Events.Kind.TEXT ? in.text() : Float.toString(in.single());
        String list = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        String[] numbers = list.split(",", -1);
        float[] scores = new float[numbers.length];
        try {
            for (int i = 0; i < scores.length; i++) {
                scores[i] = Float.parseFloat(numbers[i]);
            }
        } catch (NumberFormatException e) {
            throw parts.broken("base_score '%s'".formatted(text), "a number, or several");
        }
        return scores;
    }

    /** A whole number, which most are as text. */
    private int whole() {
        double number = Double.NaN;
        if (in.peek() == Events.Kind.TEXT) {
            String text = in.text();
            try {
                number = Integer.parseInt(text);
            } catch (NumberFormatException e) {
                throw parts.broken("'%s'".formatted(text), "a whole number");
            }
        } else {
            number = in.number();
        }
        if (number < 0 || (int) number != number) {
            throw parts.broken("" + number, "a whole number from 0");
        }
        return (int) number;
    }

    /** @param isOuter whether this is the model's booster: dart has another one inside */
    private void booster(boolean isOuter) {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "name" -> {
                    String booster = in.text();
                    parts.booster = isOuter || parts.booster.isEmpty() ? booster : parts.booster;
                }
                case "gbtree" -> booster(false);
                case "model" -> model();
                case "weight_drop" -> parts.weights = Numbers.floats(in);
                default -> in.skip();
            }
        }
    }

    private void model() {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "trees" -> trees();
                case "tree_info" -> parts.groups = Numbers.ints(in);
                case "iteration_indptr" -> parts.starts = Numbers.ints(in);
                case "gbtree_model_param" -> treeParameters();
                case "weight_drop" -> parts.weights = Numbers.floats(in);
                case "weights" -> parts.coefficients = Numbers.floats(in);
                case "cats" -> categories();
                default -> in.skip();
            }
        }
    }

    private void treeParameters() {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            if (name.equals("num_parallel_tree")) {
                parts.parallel = Math.max(1, whole());
            } else {
                in.skip();
            }
        }
    }

    private void trees() {
        in.beginArray();
        while (in.nextElement()) {
            parts.trees.add(new XgboostTree(in, parts).read());
        }
    }

    private void categories() {
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            if (name.equals("enc")) {
                in.beginArray();
                while (in.nextElement()) {
                    parts.categories.add(encoding());
                }
            } else {
                in.skip();
            }
        }
    }

    /** Texts one after the other with the places where each starts, or numbers. */
    private List<Object> encoding() {
        int[] offsets = null;
        float[] values = {};
        in.beginObject();
        for (String name = in.nextName(); name != null; name = in.nextName()) {
            switch (name) {
                case "offsets" -> offsets = Numbers.ints(in);
                case "values" -> values = Numbers.floats(in);
                default -> in.skip();
            }
        }
        List<Object> found = new ArrayList<>();
        if (offsets == null) {
            for (float value : values) {
                found.add((double) value);
            }
            return found;
        }
        for (int i = 0; i + 1 < offsets.length; i++) {
            if (offsets[i] < 0 || offsets[i + 1] < offsets[i] || offsets[i + 1] > values.length) {
                throw parts.broken("a category from %d to %d".formatted(offsets[i], offsets[i + 1]), "places of text");
            }
            byte[] text = new byte[offsets[i + 1] - offsets[i]];
            for (int at = 0; at < text.length; at++) {
                text[at] = (byte) values[offsets[i] + at];
            }
            found.add(new String(text, UTF_8));
        }
        return found;
    }
}
