package dev.slipway.server.control;

import dev.slipway.api.ByteSize;
import dev.slipway.api.Split;
import dev.slipway.server.config.ConfigYaml;
import dev.slipway.server.config.ModelConfig;
import dev.slipway.server.config.ModelKey;
import dev.slipway.server.config.Secrets;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.control.Change.Step;
import dev.slipway.server.control.Change.What;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Words the settings that differ: {@code MOVE label champion 7 -> 8}, {@code SET batching}. */
final class Differences {
    private Differences() {}

    /** What holds for no model in particular. */
    static void ofServers(ServingConfig from, ServingConfig to, List<Step> steps) {
        set(steps, "", "repository", Secrets.shown(from.repository()), Secrets.shown(to.repository()));
        set(steps, "", "poll_interval", ConfigYaml.writtenPoll(from.poll()), ConfigYaml.writtenPoll(to.poll()));
        set(
                steps,
                "",
                "settle_time",
                ConfigYaml.writtenTime(from.settleTime()),
                ConfigYaml.writtenTime(to.settleTime()));
        set(steps, "", "memory.budget", size(from.memoryBudgetBytes()), size(to.memoryBudgetBytes()));
        if (!from.defaults().equals(to.defaults())) {
            steps.add(new Step(What.SET, "", "defaults", "", null));
        }
    }

    /** @param from null for a model that is new: then just its labels are told of */
    static void ofModels(String name, @Nullable ModelConfig from, ModelConfig to, List<Step> steps) {
        Map<String, Split> before = from == null ? Map.of() : from.lifecycle().labels();
        Map<String, Split> after = to.lifecycle().labels();
        Set<String> labels = new TreeSet<>(before.keySet());
        labels.addAll(after.keySet());
        for (String label : labels) {
            Split was = before.get(label);
            Split is = after.get(label);
            if (was == null || !was.equals(is)) {
                steps.add(new Step(What.MOVE, name, "label " + label, shown(was) + " -> " + shown(is), null));
            }
        }
        if (from == null) {
            return;
        }
        set(steps, name, "path", Secrets.shown(from.location()), Secrets.shown(to.location()));
        for (ModelKey key : ModelKey.values()) {
            if (key != ModelKey.LABELS && !key.isSame(from, to)) {
                steps.add(new Step(What.SET, name, key.key(), "", null));
            }
        }
    }

    private static void set(List<Step> steps, String model, String subject, Object from, Object to) {
        if (!from.equals(to)) {
            steps.add(new Step(What.SET, model, subject, shown(from) + " -> " + shown(to), null));
        }
    }

    private static String size(long bytes) {
        return bytes == 0 ? "what the machine has" : ByteSize.format(bytes);
    }

    private static String shown(@Nullable Object value) {
        return value == null || value.toString().isEmpty() ? "none" : value.toString();
    }
}
