#!/usr/bin/env python3
"""Writes the models of the conformance suite; needs Python alone. Run in this folder: ./make_models.py

ONNX files are protocol buffers, small enough here to be written field by field: numbers below are those of onnx.proto.
Layout and config.pbtxt are those of a Triton model repository, so that Triton serves the same folder.
"""
import pathlib
import struct

FLOAT, UINT8, INT8, UINT16, INT16, INT32, INT64, STRING, BOOL, FLOAT16, DOUBLE, UINT32, UINT64, BFLOAT16 = (
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16)
TRITON = {FLOAT: "FP32", UINT8: "UINT8", INT8: "INT8", UINT16: "UINT16", INT16: "INT16", INT32: "INT32", INT64: "INT64",
          STRING: "STRING", BOOL: "BOOL", FLOAT16: "FP16", DOUBLE: "FP64", UINT32: "UINT32", UINT64: "UINT64",
          BFLOAT16: "BF16"}
HERE = pathlib.Path(__file__).parent


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out) + bytes([number])


def field(number, value):
    """A field: varint for an int, length-delimited for bytes and text."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def value(name, dtype, dims):
    shape = b"".join(field(1, field(2, d) if isinstance(d, str) else field(1, d)) for d in dims)
    return field(1, name) + field(2, field(1, field(1, dtype) + field(2, shape)))


def node(op, inputs, outputs, **ints):
    attributes = b"".join(field(5, field(1, k) + field(3, v) + field(20, 2)) for k, v in ints.items())
    return b"".join(field(1, i) for i in inputs) + b"".join(field(2, o) for o in outputs) + field(4, op) + attributes


def floats(name, *numbers):
    return field(1, len(numbers)) + field(2, FLOAT) + field(8, name) + field(9, struct.pack(f"<{len(numbers)}f", *numbers))


def model(nodes, inputs, outputs, constants=()):
    graph = b"".join(field(1, n) for n in nodes) + field(2, "g") + b"".join(field(5, c) for c in constants)
    graph += b"".join(field(11, value(*i)) for i in inputs) + b"".join(field(12, value(*o)) for o in outputs)
    return field(1, 8) + field(2, "slipway-conformance") + field(7, graph) + field(8, field(1, "") + field(2, 17))


def tensors(kind, specs, more=""):
    lines = []
    for name, dtype, dims in specs:
        sizes = ", ".join("-1" if isinstance(d, str) else str(d) for d in dims)
        lines.append(f'  {{ name: "{name}" data_type: TYPE_{TRITON[dtype]} dims: [ {sizes} ]{more} }}')
    return f"{kind} [\n" + ",\n".join(lines) + "\n]\n"


def write(name, versions, inputs, outputs, batch=8, config="", output_more="", hidden=()):
    """Writes a model; `hidden` inputs and outputs are the model's, but not its clients'."""
    folder = HERE / "models" / name
    for version, data in versions.items():
        (folder / str(version)).mkdir(parents=True, exist_ok=True)
        (folder / str(version) / "model.onnx").write_bytes(data)
    cut = 1 if batch else 0
    shown = lambda specs: [(n, t, d[cut:]) for n, t, d in specs if n not in hidden]
    (folder / "config.pbtxt").write_text(
        f'name: "{name}"\nplatform: "onnxruntime_onnx"\nmax_batch_size: {batch}\n'
        + tensors("input", shown(inputs)) + tensors("output", shown(outputs), output_more) + config)


def identities():
    for dtype, word in TRITON.items():
        ins, outs = [("INPUT0", dtype, ["batch", "n"])], [("OUTPUT0", dtype, ["batch", "n"])]
        name = "identity_" + ("bytes" if dtype == STRING else word.lower())
        write(name, {1: model([node("Identity", ["INPUT0"], ["OUTPUT0"])], ins, outs)}, ins, outs)


def half_plus(number):
    ins, outs = [("x", FLOAT, ["n"])], [("y", FLOAT, ["n"])]
    nodes = [node("Mul", ["x", "half"], ["h"]), node("Add", ["h", "more"], ["y"])]
    return model(nodes, ins, outs, [floats("half", 0.5), floats("more", number)]), ins, outs


def columns():
    """y = 2 a + b; named as the columns of a table are."""
    ins, outs = [("a", FLOAT, ["n"]), ("b", FLOAT, ["n"])], [("y", FLOAT, ["n"])]
    nodes = [node("Add", ["a", "a"], ["twice"]), node("Add", ["twice", "b"], ["y"])]
    return model(nodes, ins, outs), ins, outs


def accumulator():
    """OUTPUT = INPUT + what the sequence had; a start forgets what was."""
    ins = [(n, INT32, ["batch", 1]) for n in ("INPUT", "START", "STATE")]
    outs = [(n, INT32, ["batch", 1]) for n in ("OUTPUT", "NEW_STATE")]
    nodes = [node("Mul", ["STATE", "START"], ["old"]), node("Sub", ["STATE", "old"], ["kept"]),
             node("Add", ["INPUT", "kept"], ["OUTPUT"]), node("Identity", ["OUTPUT"], ["NEW_STATE"])]
    config = """sequence_batching {
  max_sequence_idle_microseconds: 60000000
  control_input [
    { name: "START" control [ { kind: CONTROL_SEQUENCE_START int32_false_true: [ 0, 1 ] } ] }
  ]
  state [
    { input_name: "STATE" output_name: "NEW_STATE" data_type: TYPE_INT32 dims: [ 1 ] }
  ]
}
"""
    write("accumulator", {1: model(nodes, ins, outs)}, ins, outs, config=config, hidden=("START", "STATE", "NEW_STATE"))


def main():
    identities()
    data, ins, outs = half_plus(2)
    write("half_plus_two", {123: data}, ins, outs, batch=0)
    three, _, _ = half_plus(3)
    write("half_plus", {2: data, 3: three}, ins, outs, batch=0, config="version_policy { all { } }\n")
    (HERE / "models/half_plus/slipway.yaml").write_text("versions: all\nlabels:\n  stable: 2\n  canary: 3\n")
    ins = [("INPUT0", INT32, ["batch", 16]), ("INPUT1", INT32, ["batch", 16])]
    outs = [("OUTPUT0", INT32, ["batch", 16]), ("OUTPUT1", INT32, ["batch", 16])]
    nodes = [node("Add", ["INPUT0", "INPUT1"], ["OUTPUT0"]), node("Sub", ["INPUT0", "INPUT1"], ["OUTPUT1"])]
    write("simple", {1: model(nodes, ins, outs)}, ins, outs)
    ins, outs = [("INPUT0", FLOAT, ["batch", 3])], [("SCORES", FLOAT, ["batch", 3])]
    write("classifier", {1: model([node("Identity", ["INPUT0"], ["SCORES"])], ins, outs)}, ins, outs,
          output_more=' label_filename: "labels.txt"')
    (HERE / "models/classifier/labels.txt").write_text("cat\ndog\nbird\n")
    ins, outs = [("text_bytes", STRING, ["n"])], [("text_bytes_again", STRING, ["n"]), ("out_bytes", STRING, ["n"])]
    nodes = [node("Identity", ["text_bytes"], [o[0]]) for o in outs]
    write("echo_bytes", {1: model(nodes, ins, outs)}, ins, outs, batch=0)
    accumulator()
    data, ins, outs = columns()
    write("columns", {1: data}, ins, outs, batch=0)
    (HERE / "mlflow/columns").mkdir(parents=True, exist_ok=True)
    (HERE / "mlflow/columns/model.onnx").write_bytes(data)


main()
