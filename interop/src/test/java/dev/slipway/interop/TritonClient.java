package dev.slipway.interop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import triton.client.InferInput;
import triton.client.InferRequestedOutput;
import triton.client.InferResult;
import triton.client.InferenceServerClient;
import triton.client.InferenceServerClient.InferArguments;
import triton.client.pojo.DataType;

/** Triton's Java client, which speaks its REST protocol with JSON and with binary tensors. */
final class TritonClient {
    private final InferenceServerClient client;

    private TritonClient(InferenceServerClient client) {
        this.client = client;
    }

    /** @param arguments one: {@code host:port} */
    public static void main(String[] arguments) throws Exception {
        try (InferenceServerClient client = new InferenceServerClient(arguments[0], 10_000, 30_000)) {
            client.setRetryCnt(1);
            new TritonClient(client).askAll();
        }
    }

    private void askAll() {
        Report.print("binary both ways", () -> times(true, true, 2));
        Report.print("JSON both ways", () -> times(false, false, 2));
        Report.print("binary in, JSON out", () -> times(true, false, 2));
        Report.print("JSON in, binary out", () -> times(false, true, 2));
        Report.print("large", () -> times(true, true, 100_000).length());
        Report.print("mixed", this::compass);
        Report.print("all outputs", () -> {
            InferResult answer = client.infer(new InferArguments("compass", ids(true), scale(false)));
            return answer.getOutputs().stream().sorted().toList();
        });
        Report.print("version and id", () -> {
            InferResult answer = client.infer(
                    new InferArguments("times", x(true, 1)).setModelVersion("1").setRequestId("a7"));
            return answer.getResponse().getModelVersion() + " "
                    + answer.getResponse().getId();
        });
        Report.print("priority and timeout", () -> {
            InferResult answer = client.infer(
                    new InferArguments("times", x(true, 1)).setPriority(1).setTimeout(5_000_000));
            return Arrays.toString(answer.getOutputAsFloat("Y"));
        });
        Report.print("unknown model", () -> client.infer(new InferArguments("nobody", x(true, 1))));
        Report.print("wrong input", () -> client.infer(new InferArguments("times", ids(true))));
        Report.print("together", this::together);
    }

    private static InferInput x(boolean isBinary, int rows) {
        InferInput input = new InferInput("X", new long[] {rows, 2}, DataType.FP32);
        float[] values = new float[rows * 2];
        for (int at = 0; at < values.length; at++) {
            values[at] = at;
        }
        input.setData(values, isBinary);
        return input;
    }

    private static InferInput ids(boolean isBinary) {
        InferInput input = new InferInput("token_ids", new long[] {2, 1}, DataType.INT64);
        input.setData(new long[] {10, 32}, isBinary);
        return input;
    }

    private static InferInput scale(boolean isBinary) {
        InferInput input = new InferInput("scale", new long[] {2, 1}, DataType.FP32);
        input.setData(new float[] {1, 1}, isBinary);
        return input;
    }

    private String times(boolean isBinaryIn, boolean isBinaryOut, int rows) throws Exception {
        InferResult answer = client.infer(
                "times", List.of(x(isBinaryIn, rows)), List.of(new InferRequestedOutput("Y", isBinaryOut)));
        return Arrays.toString(answer.getOutputAsFloat("Y"));
    }

    private String compass() throws Exception {
        InferResult answer = client.infer(
                "compass",
                List.of(ids(true), scale(false)),
                List.of(new InferRequestedOutput("best", true), new InferRequestedOutput("embedding", false)));
        return Arrays.toString(answer.getOutputAsLong("best")) + " " + answer.getOutputAsFloat("embedding").length;
    }

    private String together() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<String>> asked = new ArrayList<>();
            for (int at = 0; at < 100; at++) {
                boolean isBinary = at % 2 == 0;
                asked.add(threads.submit(() -> times(isBinary, !isBinary, 2)));
            }
            int right = 0;
            for (Future<String> answer : asked) {
                right += answer.get().equals("[0.0, 3.0, 4.0, 9.0]") ? 1 : 0;
            }
            return right + " right";
        } finally {
            threads.shutdown();
        }
    }
}
