package dev.slipway.backend.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Says how a folder of MLflow's is run by its flavour {@code python_function}: by our script {@code slipway_pyfunc.py}, in a
 * Python that has MLflow. What goes in and out, whoever reads {@code MLmodel} says.
 *
 * @see <a href="https://mlflow.org/docs/latest/api_reference/python_api/mlflow.pyfunc.html">MLflow: python_function</a>
 */
final class PyfuncFolder {
    private static final String FILE = "MLmodel";

    private PyfuncFolder() {}

    /** Whoever knows MLflow's folders asks here only for those that no other backend runs. */
    static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(FILE));
    }

    static WorkerSpec read(Path folder) {
        return new WorkerSpec(
                List.of(HandlerArchive.PYTHON, HandlerArchive.SCRIPTS + "slipway_pyfunc.py"),
                Map.of(),
                null,
                WorkerSpec.Limits.NONE,
                HandlerArchive.TIMES);
    }
}
