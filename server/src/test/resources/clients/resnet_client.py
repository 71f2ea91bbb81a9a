"""Asks an image classifier over TensorFlow Serving's REST interface, as its clients have long done: a JPEG in base64.

Prints the class of the picture and the average latency of ten requests. Needs Python's standard library only.
Usage: resnet_client.py URL PICTURE
"""

import base64
import json
import sys
import time
import urllib.request

REQUESTS = 10


def predict(url, body):
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        return json.load(response)["predictions"][0]


def main(url, picture):
    with open(picture, "rb") as file:
        encoded = base64.b64encode(file.read()).decode("ascii")
    body = json.dumps({"instances": [{"b64": encoded}]}).encode("ascii")
    predict(url, body)  # the first one warms up
    seconds = 0.0
    for _ in range(REQUESTS):
        begin = time.monotonic()
        prediction = predict(url, body)
        seconds += time.monotonic() - begin
    print("Prediction class: {}, avg latency: {:.3f} ms".format(prediction["classes"], seconds * 1000 / REQUESTS))


if __name__ == "__main__":
    main(*sys.argv[1:])
