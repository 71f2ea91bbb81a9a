"""A scikit-learn model: trained when the worker starts, which takes less time than to import the library.

A model that takes longer is trained elsewhere, saved with joblib.dump and read here with joblib.load: only a file that you
made yourself, and with the same version of the library, since a pickle is a program.
"""
import slipway_worker
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

iris = load_iris()
model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000, random_state=0)).fit(iris.data, iris.target)


def predict(inputs):
    features = inputs["features"]
    return {
        "label": [iris.target_names[label] for label in model.predict(features)],
        "probabilities": model.predict_proba(features),
    }


slipway_worker.serve(predict)
