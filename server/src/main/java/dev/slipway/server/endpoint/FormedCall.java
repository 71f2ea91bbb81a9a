package dev.slipway.server.endpoint;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.ServableId;
import dev.slipway.api.SlipwayException;
import dev.slipway.api.Target;
import dev.slipway.api.VersionChoice;
import dev.slipway.core.Answer;
import dev.slipway.core.Handle;
import dev.slipway.core.batching.Urgency;
import dev.slipway.server.transport.RestReply;
import dev.slipway.server.transport.RestRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A request for a model that somebody else reads and writes. */
final class FormedCall extends RestModelCall {
    private final Serving serving;
    private final Form form;
    private Form.@Nullable Written written;
    private @Nullable ServableId readFor;
    private @Nullable ModelDescription description;

    FormedCall(Serving serving, RestRequest request, RestReply reply, Form.Named named, Form form) {
        super(serving, named.protocol(), request, reply, new ModelPath(named.model(), named.version()));
        this.serving = serving;
        this.form = form;
    }

    @Override
    Read read() {
        Handle handle = borrow(new Target(model, version, ""));
        try {
            Form.Question question = form.read(request, name -> Serving.signature(handle, name));
            readFor = handle.id();
            description = handle.servable().description();
            VersionChoice exact = new VersionChoice.Exact(handle.id().version());
            Target target =
                    new Target(handle.id().model(), exact, question.signature().name());
            return new Read(
                    handle,
                    new InferenceRequest(target, question.inputs(), List.of(), request.deadline()),
                    Urgency.DEFAULT);
        } catch (RuntimeException | Error e) {
            handle.close();
            throw e;
        }
    }

    @Override
    Encoded write(Answer answer) {
        Form.Written made = form.write(answer.outputs(), description(answer.id()));
        written = made;
        return new Encoded(made.body());
    }

    /** Of the version that answered: a label's requests may go to another one than they were read for. */
    private ModelDescription description(ServableId id) {
        ModelDescription known = description;
        return known != null && id.equals(readFor)
                ? known
                : serving.describe(id.model(), new VersionChoice.Exact(id.version()))
                        .description();
    }

    @Override
    void send(Encoded answer) {
        Form.Written made = Objects.requireNonNull(written);
        Map<String, String> headers = made.headers();
        reply.send(200, made.contentType(), told(headers), made.body());
    }

    @Override
    void sendError(SlipwayException error) {
        form.fail(reply, error);
    }
}
