package dev.slipway.client;

import dev.slipway.api.ModelStatus;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slipway models}: what a server serves. */
@Command(
        name = "models",
        description = "Lists the models of a server, with the state of each version.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  slipway models",
            "  slipway models --server http://models.example.com:8501",
            "  slipway models --json",
            "  slipway models --history",
            "  slipway models --why"
        })
final class ModelsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOptions options;

    @Option(names = "--json", description = "Print the server's answer instead of a table.")
    private boolean json;

    @Option(names = "--why", description = "Tell how requests are run, and why: where, joined or not, at which cost.")
    private boolean why;

    @Option(names = "--history", description = "Tell where each version stood before, and its memory in detail.")
    private boolean history;

    @Override
    public void run() {
        SlipwayClient client = options.client();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(PrettyJson.formatIfJson(why ? client.dispatchJson() : client.modelsJson()));
        } else if (why) {
            List<DispatchSummary> all = client.dispatch();
            if (all.isEmpty()) {
                out.println("%s has run no request yet".formatted(client.server()));
            } else {
                out.print(WhyTable.format(all));
            }
        } else {
            List<ModelStatus> models = client.models();
            if (models.isEmpty()) {
                out.println("%s serves no models yet (it takes NAME/VERSION/model.onnx below its models directory)"
                        .formatted(client.server()));
            } else {
                out.print(ModelsTable.format(models, ZoneId.systemDefault(), history));
            }
        }
        out.flush();
    }
}
