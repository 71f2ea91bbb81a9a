"""Serves a model from Python 3.8 or newer, with nothing but the standard library.

    import slipway_worker

    def predict(inputs):                     # {"x": array}: NumPy's where NumPy was imported, else a Tensor
        return {"y": [[2 * v for v in row] for row in inputs["x"].tolist()]}

    slipway_worker.serve(predict)

Outputs may be NumPy arrays, Tensors, lists or single values; they are given the dtype that the signature says. Text comes
and goes as str (as bytes where it is no UTF-8, or with raw_text=True). Raise Refused(message) for inputs that make no
sense; any other exception is the model's fault. The protocol is told in docs/worker-protocol.md.
"""
import array, os, queue, socket, struct, sys, threading, traceback

VERSION, HELLO, MODEL, READY, INFER, RESULT, ERROR, PING, PONG, STOP = 1, 1, 2, 3, 4, 5, 6, 7, 8, 9
# By the numbers of the protocol: the name that NumPy has, and the code that the modules array and struct have.
DTYPES = [None, ("?", "B"), ("u1", "B"), ("i1", "b"), ("<u2", "H"), ("<i2", "h"), ("<u4", "I"), ("<i4", "i"), ("<u8", "Q"),
          ("<i8", "q"), ("<f2", "e"), ("<u2", "H"), ("<f4", "f"), ("<f8", "d"), ("O", None)]
STRING = 14


class Refused(ValueError):
    """The caller's fault: answered as INVALID_ARGUMENT, or with another code of gRPC's."""
    def __init__(self, message, code=3):
        super().__init__(message)
        self.code = code


class Tensor:
    """Numbers, or text, in one flat list (data), row by row, and how they lie (shape)."""
    def __init__(self, shape, data):
        self.shape, self.data = tuple(shape), data

    def tolist(self):
        items = list(self.data)
        if not self.shape:
            return items[0]
        for size in reversed(self.shape[1:]):
            items = [items[i:i + size] for i in range(0, len(items), size)] if size else [[] for _ in range(self.shape[0])]
        return items


class Reader:
    def __init__(self, body):
        self.body, self.at = body, 0

    def take(self, form):
        values = struct.unpack_from("<" + form, self.body, self.at)
        self.at += struct.calcsize("<" + form)
        return values[0]

    def bytes(self, count):
        self.at += count
        return self.body[self.at - count:self.at]

    def text(self):
        return self.bytes(self.take("I")).decode("utf-8")

    def texts(self):
        return {self.text(): self.text() for _ in range(self.take("I"))}

    def specs(self):
        specs = {}
        for _ in range(self.take("I")):
            name, dtype, _optional, rank = self.text(), self.take("B"), self.take("B"), self.take("B")
            specs[name] = (dtype, [] if rank == 255 else [self.take("q") for _ in range(rank)])
        return specs

    def tensor(self, raw_text):
        dtype, rank = self.take("B"), self.take("B")
        shape, data = [self.take("q") for _ in range(rank)], self.bytes(self.take("Q"))
        numpy = sys.modules.get("numpy")
        if dtype == STRING:
            inner, items = Reader(data), []
            while inner.at < len(data):
                items.append(inner.bytes(inner.take("I")))
            items = [bytes(item) if raw_text else decoded(item) for item in items]
            if numpy:
                flat = numpy.empty(len(items), dtype=object)
                flat[:] = items
                return flat.reshape(shape)
            return Tensor(shape, items)
        name, code = DTYPES[dtype]
        if numpy:
            return numpy.frombuffer(data, dtype=name).reshape(shape)
        return Tensor(shape, struct.unpack("<%d%s" % (len(data) // struct.calcsize("<" + code), code), data))


def decoded(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return bytes(data)


def text(value):
    data = value if isinstance(value, bytes) else value.encode("utf-8")
    return struct.pack("<I", len(data)) + data


def flattened(value):
    """The shape and the flat list of what lies in lists."""
    if not isinstance(value, (list, tuple)):
        return [], [value]
    parts = [flattened(item) for item in value]
    if any(part[0] != parts[0][0] for part in parts):
        raise ValueError("an output's lists differ in length")
    return [len(parts)] + (parts[0][0] if parts else []), [item for part in parts for item in part[1]]


def packed(dtype, value):
    """An output as bytes: its dtype, shape and elements."""
    name, code = DTYPES[dtype]
    numpy = sys.modules.get("numpy")
    if numpy and dtype != STRING and not isinstance(value, Tensor):
        value = numpy.asarray(value, dtype=name)
        shape, data = value.shape, value.tobytes()
    else:
        shape, items = (value.shape, value.data) if isinstance(value, Tensor) else flattened(
            value.tolist() if hasattr(value, "tolist") else value)
        if dtype == STRING:
            data = b"".join(text(i if isinstance(i, (bytes, str)) else str(i)) for i in items)
        else:
            data = struct.pack("<%d%s" % (len(items), code), *items)
    return struct.pack("<BB%dqQ" % len(shape), dtype, len(shape), *shape, len(data)) + data


def serve(predict, raw_text=False):
    """Answers requests until the server is gone or says that it is enough."""
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    link.connect(os.environ["SLIPWAY_WORKER_SOCKET"])
    messages = queue.Queue()

    def send(kind, body):
        link.sendall(struct.pack("<IB", len(body) + 1, kind) + body)

    def exactly(count):
        data = bytearray(count)
        view, got = memoryview(data), 0
        while got < count:
            step = link.recv_into(view[got:])
            if step == 0:
                os._exit(0)  # The server is gone: whatever is computed now is for nobody.
            got += step
        return data

    def listen():
        try:
            while True:
                length, kind = struct.unpack("<IB", exactly(5))
                messages.put((kind, Reader(exactly(length - 1))))
        except OSError:
            os._exit(0)

    send(HELLO, struct.pack("<H", VERSION) + text(os.environ["SLIPWAY_WORKER_TOKEN"]))
    threading.Thread(target=listen, daemon=True).start()
    outputs = {}
    while True:
        kind, body = messages.get()
        if kind == MODEL:
            body.take("H")
            serve.model = body.texts()
            body.specs()
            outputs = body.specs()
            send(READY, text("Python %s" % sys.version.split()[0]))
        elif kind == PING:
            send(PONG, body.bytes(8))
        elif kind == STOP:
            sys.stdout.flush()
            os._exit(0)  # Not the interpreter's end, which may wait for other people's threads.
        elif kind == INFER:
            number = struct.pack("<Q", body.take("Q"))
            try:
                send(RESULT, number + answer(predict, body, outputs, raw_text))
            except OSError:
                os._exit(0)
            except Exception as e:
                if not isinstance(e, Refused):
                    traceback.print_exc()
                message = str(e) if isinstance(e, Refused) else "%s: %s" % (type(e).__name__, e)
                send(ERROR, number + struct.pack("<I", getattr(e, "code", 13) if isinstance(e, Refused) else 13) + text(message))


def answer(predict, body, specs, raw_text):
    body.take("Q")  # Microseconds until nobody waits any more.
    body.texts()
    wanted = [body.text() for _ in range(body.take("I"))] or list(specs)
    inputs = {body.text(): body.tensor(raw_text) for _ in range(body.take("I"))}
    result = predict(inputs)
    if not isinstance(result, dict):
        result = {next(iter(specs)): result}
    missing = [name for name in wanted if name not in result]
    if missing:
        raise KeyError("outputs %s are missing (found: %s)" % (missing, list(result)))
    return struct.pack("<I", len(wanted)) + b"".join(text(name) + packed(specs[name][0], result[name]) for name in wanted)
