package dev.slipway.server.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The dashboard and the alerts that are shipped. */
final class MonitoringFiles {
    private MonitoringFiles() {}

    static Path folder() {
        return Path.of(System.getProperty("slipway.root"), "deploy", "prometheus");
    }

    static JsonNode dashboard() throws IOException {
        return new JsonMapper()
                .readTree(Files.readString(
                        Path.of(System.getProperty("slipway.root"), "deploy", "grafana", "slipway.json")));
    }

    /** Queries of all panels and annotations, with something in place of their variables. */
    static List<String> queries(JsonNode dashboard) {
        List<String> all = new ArrayList<>();
        dashboard
                .findValuesAsText("expr")
                .forEach(query ->
                        all.add(query.replace("$__rate_interval", "1m").replaceAll("\\$(job|instance|model)", ".*")));
        return all;
    }

    static List<String> alerts() throws IOException {
        Map<String, Object> rules = new Yaml(new SafeConstructor(new LoaderOptions()))
                .load(Files.readString(folder().resolve("alerts.yaml")));
        List<String> all = new ArrayList<>();
        for (Object group : (List<?>) rules.get("groups")) {
            for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                all.add(String.valueOf(((Map<?, ?>) rule).get("expr")));
            }
        }
        return all;
    }
}
