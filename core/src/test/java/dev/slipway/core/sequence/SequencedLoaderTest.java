package dev.slipway.core.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.api.InferenceRequest;
import dev.slipway.api.InferenceResult;
import dev.slipway.api.Loader;
import dev.slipway.api.ModelDescription;
import dev.slipway.api.Servable;
import dev.slipway.api.Signature;
import dev.slipway.api.Tensor;
import dev.slipway.api.Transform;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class SequencedLoaderTest {
    /** A model that brings something before its default signature, as an archive's may, and another before "more". */
    private static final class Bringing implements Loader, Servable, Transform {
        private int closed;

        @Override
        public String format() {
            return "bringing";
        }

        @Override
        public ModelDescription describe() {
            return new SummingModel(1).describe();
        }

        @Override
        public Servable load() {
            return this;
        }

        @Override
        public ModelDescription description() {
            return describe();
        }

        @Override
        public Transform transform(String signature) {
            return this;
        }

        @Override
        public String signature() {
            return "tensors";
        }

        @Override
        public InferenceRequest before(InferenceRequest request) {
            return request;
        }

        @Override
        public Map<String, Tensor> after(InferenceRequest request, Map<String, Tensor> outputs) {
            return outputs;
        }

        @Override
        public InferenceResult run(InferenceRequest request) {
            return new SummingModel(1).load().run(request);
        }

        @Override
        public void close() {
            closed++;
        }
    }

    @Test
    void whatAModelBringsBeforeItselfIsNotTurnedBeforeTheStateIsThere() {
        Bringing model = new Bringing();
        try (Servable loaded = new SequencedLoader(model, SummingModel.settings(1), UnaryOperator.identity()).load()) {
            assertThat(loaded.transform(Signature.DEFAULT)).isNull();
            assertThat(loaded.transform("more")).isSameAs(model);
            assertThat(loaded.description().signatures().get(Signature.DEFAULT).inputs())
                    .extracting(spec -> spec.name())
                    .containsExactly("x");
        }
        assertThat(model.closed).isEqualTo(1);
    }
}
