package dev.slipway.peers.spring;

import ai.onnxruntime.OrtException;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** TensorFlow Serving's predict route, in row format, for models of one input and one output. */
@RestController
class PredictController {
    private final Models models;

    PredictController(Models models) {
        this.models = models;
    }

    record PredictRequest(float[][] instances) {}

    record PredictResponse(float[][] predictions) {}

    @PostMapping("/v1/models/{name}:predict")
    PredictResponse predict(@PathVariable String name, @RequestBody PredictRequest request) throws OrtException {
        if (request.instances() == null || request.instances().length == 0) {
            throw new IllegalArgumentException("'instances' is missing or empty");
        }
        return new PredictResponse(models.run(name, request.instances()));
    }

    @ExceptionHandler({IllegalArgumentException.class, OrtException.class})
    @ResponseStatus(HttpStatus.BAD_REQUEST)
    Map<String, String> badRequest(Exception e) {
        return Map.of("error", e.getMessage());
    }

    @ExceptionHandler(UnknownModelException.class)
    @ResponseStatus(HttpStatus.NOT_FOUND)
    Map<String, String> notFound(UnknownModelException e) {
        return Map.of("error", e.getMessage());
    }
}
