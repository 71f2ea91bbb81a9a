package dev.slipway.backend.pmml;

import java.util.List;

/** The kinds of models that PMML knows. */
final class PmmlModels {
    /** PMML4S runs these. */
    static final List<String> SERVED = List.of(
            "AnomalyDetectionModel",
            "ClusteringModel",
            "GeneralRegressionModel",
            "MiningModel",
            "NaiveBayesModel",
            "NearestNeighborModel",
            "NeuralNetwork",
            "RegressionModel",
            "RuleSetModel",
            "Scorecard",
            "SupportVectorMachineModel",
            "TreeModel");

    /** And not these. */
    static final List<String> OTHERS = List.of(
            "AssociationModel",
            "BaselineModel",
            "BayesianNetworkModel",
            "GaussianProcessModel",
            "SequenceModel",
            "TextModel",
            "TimeSeriesModel");

    private PmmlModels() {}
}
