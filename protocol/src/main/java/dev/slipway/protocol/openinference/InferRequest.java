package dev.slipway.protocol.openinference;

import dev.slipway.api.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an inference request says.
 *
 * @param id to be echoed
 * @param inputs by name, in the request's order; dtypes and shapes fit the signature
 * @param outputs the wanted ones; empty for all
 * @param binaryByDefault whether outputs that the request does not name go as binary data
 * @param schedule its place in the line
 * @param sequence what it belongs to
 */
public record InferRequest(
        @Nullable String id,
        Map<String, Tensor> inputs,
        List<Output> outputs,
        boolean binaryByDefault,
        Schedule schedule,
        SequenceParameters sequence) {

    /** Of one that belongs to no sequence. */
    public InferRequest(
            @Nullable String id,
            Map<String, Tensor> inputs,
            List<Output> outputs,
            boolean binaryByDefault,
            Schedule schedule) {
        this(id, inputs, outputs, binaryByDefault, schedule, SequenceParameters.NONE);
    }

    /**
     * A wanted output.
     *
     * @param name one of the signature's
     * @param binary whether it goes as binary data, not JSON
     * @param form what else is said of it
     */
    public record Output(String name, boolean binary, OutputForm form) {
        public Output(String name, boolean binary) {
            this(name, binary, OutputForm.PLAIN);
        }
    }

    /** Names of the wanted outputs; empty for all. */
    public List<String> outputNames() {
        return outputs.stream().map(Output::name).toList();
    }

    /** What is said of outputs beside their names; empty where nothing is. */
    public Map<String, OutputForm> forms() {
        Map<String, OutputForm> forms = Map.of();
        for (Output wanted : outputs) {
            if (!wanted.form.equals(OutputForm.PLAIN)) {
                forms = forms.isEmpty() ? new HashMap<>() : forms;
                forms.put(wanted.name, wanted.form);
            }
        }
        return forms;
    }

    /** Whether an output, or an element {@code NAME/0} of a sequence, goes as binary data. */
    public boolean isBinary(String output) {
        for (Output wanted : outputs) {
            if (output.equals(wanted.name) || output.startsWith(wanted.name + "/")) {
                return wanted.binary;
            }
        }
        return binaryByDefault;
    }
}
