"""The smallest worker: nothing but the standard library."""
import slipway_worker


def predict(inputs):
    return {"y": [[2 * value for value in row] for row in inputs["x"].tolist()]}


slipway_worker.serve(predict)
