package dev.slipway.server.soak;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** What is asked of the management API, where there is one. */
final class ManagementDisturbances {
    private static final String BASE = "/slipway/v1";

    private ManagementDisturbances() {}

    /** @param config the file that the server was started with */
    static List<Disturbance> all(SoakModels models, SoakStatus status, Path config) {
        return List.of(new LabelMoved(models, status), new Reloaded(status, config), new LoadedAgain(status));
    }

    private static void done(HttpResponse<String> answer, String what) {
        if (answer.statusCode() / 100 != 2) {
            throw new AssertionError(what + ": " + answer.statusCode() + " " + answer.body());
        }
    }

    /** A label goes from one version to another and back. */
    private record LabelMoved(SoakModels models, SoakStatus status) implements Disturbance {
        @Override
        public String name() {
            return "label moved";
        }

        @Override
        public boolean isPossible(SoakStatus asked) throws Exception {
            return asked.has(BASE + "/config");
        }

        @Override
        public void run(Random random) throws Exception {
            int model = 2 * random.nextInt(SoakModels.COUNT / 2) + 1;
            String path = BASE + "/models/" + SoakModels.name(model) + "/labels/champion";
            for (long version : new long[] {1, 2, 1}) {
                if (Files.exists(models.path(model, version))) {
                    done(status.request("PUT", path, "{\"version\": " + version + "}"), path);
                }
            }
        }
    }

    /** The configuration's file is read again. */
    private record Reloaded(SoakStatus status, Path config) implements Disturbance {
        @Override
        public String name() {
            return "configuration reloaded";
        }

        @Override
        public boolean isPossible(SoakStatus asked) throws Exception {
            return asked.has(BASE + "/config")
                    && asked.request("POST", BASE + "/config/reload", "").statusCode() / 100 == 2;
        }

        @Override
        public void run(Random random) throws Exception {
            Files.writeString(config, Files.readString(config) + "# " + random.nextInt() + "\n");
            done(status.request("POST", BASE + "/config/reload", ""), "reload");
        }
    }

    /** Somebody asks for a load of what is there. */
    private record LoadedAgain(SoakStatus status) implements Disturbance {
        @Override
        public String name() {
            return "load asked for";
        }

        @Override
        public boolean isPossible(SoakStatus asked) throws Exception {
            return asked.has(BASE + "/operations");
        }

        @Override
        public void run(Random random) throws Exception {
            String path = BASE + "/models/" + SoakModels.name(random.nextInt(SoakModels.COUNT)) + "/load";
            done(status.request("POST", path, ""), path);
        }
    }
}
