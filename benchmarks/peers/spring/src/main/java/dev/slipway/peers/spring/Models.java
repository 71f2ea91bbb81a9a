package dev.slipway.peers.spring;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** One session for each model of a folder: the largest version of {@code NAME/VERSION/model.onnx}. */
@Component
class Models {
    private static final Logger LOG = LoggerFactory.getLogger(Models.class);

    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Map<String, OrtSession> sessions = new TreeMap<>();

    Models(@Value("${models}") Path folder) throws IOException, OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions();
                Stream<Path> names = Files.list(folder)) {
            // Small models run fastest so, and requests bring the parallelism.
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            for (Path name : names.toList()) {
                Optional<Path> model = newest(name);
                if (model.isPresent()) {
                    sessions.put(name.getFileName().toString(), environment.createSession(model.get().toString(), options));
                }
            }
        }
        LOG.info("serving {}", sessions.keySet());
    }

    private static Optional<Path> newest(Path name) throws IOException {
        try (Stream<Path> versions = Files.list(name)) {
            return versions.filter(version -> version.getFileName().toString().matches("\\d+"))
                    .max(Comparator.comparingLong(version -> Long.parseLong(version.getFileName().toString())))
                    .map(version -> version.resolve("model.onnx"));
        }
    }

    /** @param rows float32 {@code [batch, width]}, batch at least 1 */
    float[][] run(String name, float[][] rows) throws OrtException {
        OrtSession session = sessions.get(name);
        if (session == null) {
            throw new UnknownModelException(name);
        }
        String input = session.getInputNames().iterator().next();
        try (OnnxTensor tensor = OnnxTensor.createTensor(environment, rows);
                OrtSession.Result result = session.run(Map.of(input, tensor))) {
            return (float[][]) result.get(0).getValue();
        }
    }

    @PreDestroy
    void close() throws OrtException {
        for (OrtSession session : sessions.values()) {
            session.close();
        }
    }
}
