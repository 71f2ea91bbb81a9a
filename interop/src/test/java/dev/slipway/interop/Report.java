package dev.slipway.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;

/** What a client printed of its calls: a line for each, its name and after a tabulator the answer or the error. */
record Report(Map<String, String> answers, String whole) {
    static Report of(Program program) {
        Map<String, String> answers = new LinkedHashMap<>();
        program.text().lines().filter(line -> line.contains("\t")).forEach(line -> {
            String[] parts = line.split("\t", 2);
            answers.put(parts[0], parts[1]);
        });
        return new Report(answers, program.text() + program.error());
    }

    /** What came of a call. */
    String answer(String call) {
        assertThat(answers).as(whole).containsKey(call);
        return answers.get(call);
    }

    /** For clients: makes a call, and prints what comes of it as {@link #of} reads it. */
    static void print(String call, Callable<?> answer) {
        String text;
        try {
            text = String.valueOf(answer.call());
        } catch (Exception e) {
            text = "failed: " + rootOf(e);
        }
        System.out.println(call + "\t" + text.replaceAll("\\s*\n\\s*", " "));
    }

    private static Throwable rootOf(Throwable failure) {
        return failure.getCause() == null ? failure : rootOf(failure.getCause());
    }
}
