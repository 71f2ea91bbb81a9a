package dev.slipway.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.slipway.protocol.proto.inference.ModelInferResponse;
import dev.slipway.protocol.proto.inference.ModelStreamInferResponse;
import dev.slipway.protocol.proto.tensorflow.TensorProto;
import dev.slipway.protocol.proto.tensorflow.serving.PredictResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * The tensors of an answer, whichever of its forms the server chose: by name {@code datatype} (V2's word), {@code shape},
 * and flat {@code data}.
 */
final class Tensors {
    private Tensors() {}

    /** Those of a V2 answer; data that are not where the answer says are missing. */
    static ObjectNode ofRest(Answer answer) {
        ObjectNode tensors = Vectors.JSON.createObjectNode();
        String headLength = answer.header("inference-header-content-length");
        int head = headLength.matches("\\d{1,9}")
                ? Math.min(Integer.parseInt(headLength), answer.body().size())
                : answer.body().size();
        ByteBuffer rest = answer.body().substring(head).asReadOnlyByteBuffer();
        JsonNode tree = Vectors.json(answer.body().substring(0, head).toStringUtf8());
        for (JsonNode output : tree.path("outputs")) {
            ObjectNode tensor = tensors.putObject(output.path("name").asText());
            String datatype = output.path("datatype").asText();
            tensor.put("datatype", datatype);
            tensor.set("shape", output.path("shape"));
            int size = output.path("parameters").path("binary_data_size").asInt(-1);
            if (size >= 0 && size <= rest.remaining()) {
                byte[] raw = new byte[size];
                rest.get(raw);
                tensor.set("data", TensorBytes.decode(datatype, raw));
            } else if (output.has("data")) {
                tensor.set("data", flat(output.path("data")));
            }
        }
        return tensors;
    }

    private static ArrayNode flat(JsonNode data) {
        ArrayNode flat = Vectors.JSON.createArrayNode();
        flatten(data, flat);
        return flat;
    }

    private static void flatten(JsonNode node, ArrayNode to) {
        if (node.isArray()) {
            node.forEach(child -> flatten(child, to));
        } else {
            to.add(node);
        }
    }

    /** @param json the message as JSON, which tells whose answer it is */
    static ObjectNode ofGrpc(byte[] message, JsonNode json) {
        try {
            if (json.has("infer_response")) {
                ModelInferResponse inner =
                        ModelStreamInferResponse.parseFrom(message).getInferResponse();
                return ofInfer(inner, json.path("infer_response"));
            }
            return json.path("outputs").isArray()
                    ? ofInfer(ModelInferResponse.parseFrom(message), json)
                    : ofPredict(PredictResponse.parseFrom(message));
        } catch (InvalidProtocolBufferException e) {
            return Vectors.JSON.createObjectNode();
        }
    }

    private static ObjectNode ofInfer(ModelInferResponse response, JsonNode json) {
        ObjectNode tensors = Vectors.JSON.createObjectNode();
        for (int i = 0; i < response.getOutputsCount(); i++) {
            ModelInferResponse.InferOutputTensor output = response.getOutputs(i);
            ObjectNode tensor = tensors.putObject(output.getName());
            tensor.put("datatype", output.getDatatype());
            ArrayNode shape = tensor.putArray("shape");
            output.getShapeList().forEach(shape::add);
            if (i < response.getRawOutputContentsCount()) {
                byte[] raw = response.getRawOutputContents(i).toByteArray();
                tensor.set("data", TensorBytes.decode(output.getDatatype(), raw));
            } else {
                tensor.set("data", contents(json.path("outputs").path(i).path("contents")));
            }
        }
        return tensors;
    }

    /** The one list that is not empty; JSON has 64-bit numbers as text, and bytes as base64. */
    private static ArrayNode contents(JsonNode contents) {
        ArrayNode data = Vectors.JSON.createArrayNode();
        for (Map.Entry<String, JsonNode> list : contents.properties()) {
            for (JsonNode element : list.getValue()) {
                if (list.getKey().equals("bytes_contents")) {
                    data.add(TensorBytes.text(java.util.Base64.getDecoder().decode(element.asText())));
                } else {
                    data.add(TensorBytes.number(element));
                }
            }
        }
        return data;
    }

    private static ObjectNode ofPredict(PredictResponse response) {
        ObjectNode tensors = Vectors.JSON.createObjectNode();
        response.getOutputsMap().forEach((name, proto) -> {
            ObjectNode tensor = tensors.putObject(name);
            String datatype = datatype(proto);
            tensor.put("datatype", datatype);
            ArrayNode shape = tensor.putArray("shape");
            long elements = 1;
            for (var dim : proto.getTensorShape().getDimList()) {
                shape.add(dim.getSize());
                elements *= dim.getSize();
            }
            boolean raw = !proto.getTensorContent().isEmpty();
            ArrayNode data =
                    raw ? TensorBytes.decode(datatype, proto.getTensorContent().toByteArray()) : typed(proto);
            // The last value stands for all that follow.
            while (!raw && !data.isEmpty() && data.size() < Math.min(elements, 10_000)) {
                data.add(data.get(data.size() - 1));
            }
            tensor.set("data", data);
        });
        return tensors;
    }

    private static String datatype(TensorProto proto) {
        String word = proto.getDtype().name().replaceFirst("^DT_", "");
        return switch (word) {
            case "FLOAT" -> "FP32";
            case "DOUBLE" -> "FP64";
            case "HALF" -> "FP16";
            case "BFLOAT16" -> "BF16";
            case "STRING" -> "BYTES";
            default -> word;
        };
    }

    private static ArrayNode typed(TensorProto proto) {
        ArrayNode data = Vectors.JSON.createArrayNode();
        proto.getFloatValList().forEach(data::add);
        proto.getDoubleValList().forEach(data::add);
        boolean unsigned = proto.getDtype().name().startsWith("DT_UINT");
        proto.getIntValList().forEach(value -> data.add(unsigned ? Integer.toUnsignedLong(value) : (long) value));
        proto.getInt64ValList().forEach(data::add);
        proto.getBoolValList().forEach(data::add);
        proto.getUint32ValList().forEach(value -> data.add(Integer.toUnsignedLong(value)));
        proto.getUint64ValList().forEach(value -> data.add(TensorBytes.unsigned(value)));
        List<Integer> halves = proto.getHalfValList();
        boolean brain = proto.getDtype().name().equals("DT_BFLOAT16");
        halves.forEach(
                bits -> data.add(brain ? Float.intBitsToFloat(bits << 16) : TensorBytes.half(bits.shortValue())));
        proto.getStringValList().stream().map(ByteString::toByteArray).forEach(b -> data.add(TensorBytes.text(b)));
        return data;
    }
}
