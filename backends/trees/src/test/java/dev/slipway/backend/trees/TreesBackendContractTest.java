package dev.slipway.backend.trees;

import dev.slipway.api.Backend;
import dev.slipway.api.BackendContract;
import dev.slipway.api.DType;
import dev.slipway.api.Tensor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;

class TreesBackendContractTest extends BackendContract {
    @TempDir
    Path folder;

    @Override
    protected Backend open() {
        return TestModels.open();
    }

    @Override
    protected List<GoodModel> goodModels() throws Exception {
        return List.of(
                new GoodModel(TestModels.resource("breast-cancer"), cancer()),
                new GoodModel(
                        TestModels.resource("clicks/model.json"),
                        List.of(
                                clicks(new double[] {0.4, 5}, 0.7310586f),
                                clicks(new double[] {0.6, 2}, 0.26894143f),
                                clicks(new double[] {Double.NaN, 5}, 0.7310586f))));
    }

    /** Rows, and what LightGBM's own library answered. */
    private static List<Example> cancer() throws Exception {
        List<double[]> rows = new ArrayList<>();
        List<double[]> answers = new ArrayList<>();
        try (FileBytes bytes = new FileBytes(TestModels.resource("breast-cancer/io.json"), "table")) {
            Events in = new JsonEvents(bytes);
            in.beginObject();
            for (String name = in.nextName(); name != null; name = in.nextName()) {
                if (name.equals("rows") || name.equals("expected")) {
                    in.beginArray();
                    while (in.nextElement()) {
                        (name.equals("rows") ? rows : answers).add(doubles(in));
                    }
                } else {
                    in.skip();
                }
            }
        }
        List<Example> examples = new ArrayList<>();
        for (int i = 0; i < rows.size(); i++) {
            examples.add(new Example(
                    Map.of("input", TestModels.matrix(DType.FP64, new double[][] {rows.get(i)})),
                    Map.of(Interface.OUTPUT, TestModels.column(DType.FP64, answers.get(i)[1]))));
        }
        return examples;
    }

    private static double[] doubles(Events in) {
        List<Double> numbers = new ArrayList<>();
        in.beginArray();
        while (in.nextElement()) {
            numbers.add(in.number());
        }
        return numbers.stream().mapToDouble(Double::doubleValue).toArray();
    }

    @Override
    protected boolean isSame(Tensor answer, Tensor expected) {
        double[] numbers = TestModels.numbers(answer);
        double[] others = TestModels.numbers(expected);
        boolean isSame = answer.dtype() == expected.dtype() && answer.shape().equals(expected.shape());
        for (int i = 0; isSame && i < numbers.length; i++) {
            isSame = Math.abs(numbers[i] - others[i]) < 1e-6;
        }
        return isSame;
    }

    private static Example clicks(double[] row, float answer) {
        return new Example(
                Map.of("input", TestModels.matrix(DType.FP32, new double[][] {row})),
                Map.of(Interface.OUTPUT, TestModels.column(DType.FP32, answer)));
    }

    @Override
    protected List<Path> brokenModels() throws Exception {
        byte[] text = Files.readAllBytes(TestModels.resource("breast-cancer/model.txt"));
        byte[] json = Files.readAllBytes(TestModels.resource("clicks/model.json"));
        return List.of(
                Files.write(folder.resolve("model.txt"), Arrays.copyOf(text, text.length / 2)),
                Files.write(folder.resolve("cut.json"), Arrays.copyOf(json, json.length / 2)),
                Files.write(folder.resolve("empty.ubj"), new byte[0]),
                Files.write(folder.resolve("short.model"), "binf".getBytes(StandardCharsets.US_ASCII)),
                Files.writeString(folder.resolve("dump.json"), "[{\"nodeid\": 0, \"leaf\": 1}]"));
    }

    @Override
    protected List<Path> foreignFiles() throws Exception {
        return List.of(
                Files.createDirectories(folder.resolve("none")),
                Files.writeString(folder.resolve("config.json"), "{\"name\": \"x\"}"),
                Files.writeString(folder.resolve("labels.txt"), "treeline\n"),
                Files.write(folder.resolve("model.onnx"), new byte[] {8, 7}),
                Files.write(folder.resolve("weights.bin"), new byte[4096]));
    }
}
