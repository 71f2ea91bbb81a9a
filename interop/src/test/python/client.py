"""What Python's standard library does to call Slipway. A line for each call: its name, a tabulator, the answer or the error.

    python3 client.py HOST PORT
"""

import gzip
import http.client
import json
import struct
import sys
import urllib.error
import urllib.request
import zlib

host, port = sys.argv[1], int(sys.argv[2])
ROW = json.dumps({"instances": [[1, 10]]}).encode()


def show(name, asked):
    try:
        text = asked()
    except urllib.error.HTTPError as error:
        text = "%d %s" % (error.code, error.read().decode())
    except Exception as error:  # The test says whether there may be one.
        text = "failed: %r" % error
    print("%s\t%s" % (name, " ".join(str(text).split())))


def url(path):
    return "http://%s:%d%s" % (host, port, path)


def opened(path, body=None, **headers):
    request = urllib.request.Request(url(path), data=body, headers={k.replace("_", "-"): v for k, v in headers.items()})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read(), answer.headers


def compressed(coding, body):
    answer, headers = opened(
        "/v1/models/times:predict", body, Content_Encoding=coding, Accept_Encoding="gzip, deflate")
    if headers["Content-Encoding"] == "gzip":
        answer = gzip.decompress(answer)
    return "%s %d rows, first %s" % (
        headers["Content-Encoding"], len(json.loads(answer)["predictions"]), json.loads(answer)["predictions"][0])


def binary(rows, path="/v2/models/times/infer", output=True):
    values = [float(at) for at in range(rows * 2)]
    head = json.dumps({
        "id": "a7",
        "inputs": [{
            "name": "X", "datatype": "FP32", "shape": [rows, 2],
            "parameters": {"binary_data_size": 8 * rows},
        }],
        "outputs": [{"name": "Y", "parameters": {"binary_data": output}}],
    }).encode()
    body = head + struct.pack("<%df" % len(values), *values)
    answer, headers = opened(path, body, Inference_Header_Content_Length=str(len(head)))
    length = headers["Inference-Header-Content-Length"]
    said = json.loads(answer[:int(length)] if length else answer)
    if length:
        found = struct.unpack("<%df" % len(values), answer[int(length):])
    else:
        found = said["outputs"][0]["data"]
    right = all(got == (2 * value, 3 * value)[at % 2] for at, (value, got) in enumerate(zip(values, found)))
    return "%s %s %s %s" % (said["id"], said["outputs"][0]["shape"], len(found), right)


def whole_body_is_the_tensor():
    answer, headers = opened(
        "/v2/models/times/infer", struct.pack("<4f", 1, 10, 2, 20), Inference_Header_Content_Length="0")
    length = int(headers["Inference-Header-Content-Length"])
    return struct.unpack("<4f", answer[length:])


def one_connection():
    connection = http.client.HTTPConnection(host, port, timeout=30)
    answers = []
    socket = None
    for method, path, body in [
            ("GET", "/v2/health/ready", None), ("POST", "/v1/models/times:predict", ROW), ("GET", "/nowhere", None),
            ("HEAD", "/v1/models/times", None), ("POST", "/v1/models/times:predict", b"{"),
            ("POST", "/v1/models/times:predict", ROW)]:
        connection.request(method, path, body=body)
        answer = connection.getresponse()
        read = answer.read()
        answers.append("%d/%s" % (answer.status, "empty" if not read else "body"))
        socket = socket or connection.sock
        if connection.sock is not socket:
            answers.append("another connection")
    connection.close()
    return " ".join(answers)


def chunks():
    connection = http.client.HTTPConnection(host, port, timeout=30)
    connection.request(
        "POST", "/v1/models/times:predict", body=iter([ROW[:5], ROW[5:9], ROW[9:]]), encode_chunked=True,
        headers={"Transfer-Encoding": "chunked"})
    return connection.getresponse().read().decode()


many = json.dumps({"instances": [[1, 10]] * 5000}).encode()
show("predict", lambda: opened("/v1/models/times:predict", ROW)[0].decode())
show("classify", lambda: opened("/v1/models/iris:classify", json.dumps(
    {"examples": [{"X": [5.1, 3.5, 1.4, 0.2]}]}).encode())[0].decode())
show("status", lambda: opened("/v1/models/digits")[0].decode())
show("unknown model", lambda: opened("/v1/models/nobody:predict", ROW))
show("gzip", lambda: compressed("gzip", gzip.compress(many)))
show("deflate", lambda: compressed("deflate", zlib.compress(many)))
show("one connection", one_connection)
show("chunks", chunks)
show("binary", lambda: binary(1))
show("binary large", lambda: binary(500_000))
show("binary in, JSON out", lambda: binary(3, output=False))
show("binary of a version", lambda: binary(3, path="/v2/models/times/versions/1/infer"))
show("raw body", whole_body_is_the_tensor)
