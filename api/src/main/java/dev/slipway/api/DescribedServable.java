package dev.slipway.api;

/** A model of which something else is said than it says itself. All else is handed on. */
public final class DescribedServable extends ForwardingServable {
    private final ModelDescription description;

    /**
     * @param model closed with this
     * @param description instead of the model's own
     */
    public DescribedServable(Servable model, ModelDescription description) {
        super(model);
        this.description = description;
    }

    @Override
    public ModelDescription description() {
        return description;
    }
}
