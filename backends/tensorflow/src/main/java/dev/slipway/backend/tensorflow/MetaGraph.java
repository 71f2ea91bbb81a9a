package dev.slipway.backend.tensorflow;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One of the graphs of a SavedModel.
 *
 * @param tags what it is for, in order: {@code serve}
 * @param version of the TensorFlow that wrote it; may be empty
 * @param signatures in the file's order
 * @param isSaved whether values of variables are to be read from files
 * @param assets names of files in the folder {@code assets}
 * @param held by function, names in the checkpoint of the variables that it holds, empty for what is none
 * @param graph what it holds
 */
record MetaGraph(
        Set<String> tags,
        String version,
        List<SignatureInfo> signatures,
        boolean isSaved,
        List<String> assets,
        Map<String, List<String>> held,
        GraphInfo graph) {}
