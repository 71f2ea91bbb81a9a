package dev.slipway.server.endpoint.management;

import dev.slipway.api.ErrorCode;
import dev.slipway.api.SlipwayException;
import dev.slipway.server.config.ServingConfig;
import dev.slipway.server.control.Control;
import dev.slipway.server.control.Revision;
import dev.slipway.server.management.ConfigText;
import dev.slipway.server.management.Management;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** The configuration as a whole: what it is and was, what another would change, and having it changed. */
final class ConfigRest {
    private static final String YAML = "application/yaml";
    private static final Set<String> ROLLBACK_KEYS = Set.of("revision");

    private final Management management;
    private final ConfigText texts;

    ConfigRest(Management management, ConfigText texts) {
        this.management = management;
        this.texts = texts;
    }

    List<Route> routes() {
        return List.of(
                new Route("GET", "/config", this::get),
                new Route("PUT", "/config", this::put),
                new Route("GET", "/config/history", this::history),
                new Route("POST", "/config/diff", this::diff),
                new Route("POST", "/config/reload", this::reload),
                new Route("POST", "/config/rollback", this::rollback));
    }

    /** The header that says which revision an answer is of. */
    static Map<String, String> tag(Revision revision) {
        return Map.of("ETag", "\"%d\"".formatted(revision.number()));
    }

    private void get(Call call) {
        String accept = call.request().header("Accept");
        boolean isJson = accept != null && accept.contains("json");
        String number = call.query("revision");
        call.answer(
                management.ask(control -> {
                    Revision revision = number == null ? control.current() : find(control, number);
                    return new Text(revision, texts.yaml(revision.config()));
                }),
                text -> {
                    if (isJson) {
                        call.json(200, tag(text.revision()), ConfigJson.withText(text.revision(), text.yaml()));
                    } else {
                        ByteBuffer body = ByteBuffer.wrap(text.yaml().getBytes(StandardCharsets.UTF_8));
                        call.reply().send(200, YAML, tag(text.revision()), body);
                    }
                });
    }

    private record Text(Revision revision, String yaml) {}

    private static Revision find(Control control, String number) {
        List<Revision> kept = control.history();
        return kept.stream()
                .filter(revision -> Long.toString(revision.number()).equals(number))
                .findFirst()
                .orElseThrow(() -> new SlipwayException(
                        ErrorCode.NOT_FOUND,
                        "revision '%s' is not kept (expected: %s)"
                                .formatted(
                                        number,
                                        kept.stream()
                                                .map(revision -> Long.toString(revision.number()))
                                                .collect(Collectors.joining(", ")))));
    }

    private void put(Call call) {
        revised(call, management.edit(call.expectedRevision(), current -> candidate(call), LifecycleRest.ORIGIN));
    }

    private void history(Call call) {
        call.answer(management.ask(Control::history), revisions -> call.json(ConfigJson.history(revisions)));
    }

    private void diff(Call call) {
        call.answer(
                management.ask(control -> control.diff(candidate(call))),
                change -> call.json(ConfigJson.change(change)));
    }

    private void reload(Call call) {
        revised(call, management.ask(control -> control.reload("reload, " + LifecycleRest.ORIGIN)));
    }

    private void rollback(Call call) {
        OptionalLong[] number = {OptionalLong.empty()};
        Fields.readBody(
                call.request().body(), ROLLBACK_KEYS, (key, in) -> number[0] = OptionalLong.of(Fields.number(in)));
        revised(call, management.ask(control -> control.rollback(number[0], LifecycleRest.ORIGIN)));
    }

    /** Read on management's thread: a configuration may be long. */
    private ServingConfig candidate(Call call) {
        return texts.parse("the body", call.text());
    }

    private static void revised(Call call, CompletableFuture<Revision> edit) {
        call.answer(edit, revision -> call.json(200, tag(revision), ConfigJson.revision(revision)));
    }
}
