package dev.slipway.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A question in files, as other load generators read it.
 *
 * @param body the request's body
 * @param headers a line {@code name: value} for each
 */
record RequestFiles(Path body, Path headers) {
    static RequestFiles write(Question question, Path folder) {
        try {
            Files.createDirectories(folder);
            Path body = folder.resolve("request.body");
            Path headers = folder.resolve("request.headers");
            Files.write(body, question.body().getBytes());
            Files.write(headers, headerLines(question));
            return new RequestFiles(body, headers);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<String> headerLines(Question question) {
        return question.protocol().headers(question.workload()).entrySet().stream()
                .map(header -> header.getKey() + ": " + header.getValue())
                .toList();
    }
}
