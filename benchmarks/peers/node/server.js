'use strict';

// The model service that a team would write by itself: fastify, one ONNX Runtime session a model, and TensorFlow
// Serving's predict route over JSON.
//
//   node server.js PORT MODEL_DIR         MODEL_DIR holds NAME/VERSION/model.onnx; the largest version is served

const fs = require('node:fs');
const path = require('node:path');
const fastify = require('fastify');
const ort = require('onnxruntime-node');

// With schemas fastify checks the request and compiles the answer's serializer.
const rows = { type: 'array', items: { type: 'array', items: { type: 'number' } } };
const schema = {
  body: { type: 'object', required: ['instances'], properties: { instances: { ...rows, minItems: 1 } } },
  response: { 200: { type: 'object', properties: { predictions: rows } } },
};

async function load(modelDir) {
  const sessions = new Map();
  for (const name of fs.readdirSync(modelDir)) {
    const versions = fs.readdirSync(path.join(modelDir, name)).filter((version) => /^\d+$/.test(version));
    const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
    if (newest !== undefined) {
      const options = { intraOpNumThreads: 1, interOpNumThreads: 1 };
      sessions.set(name, await ort.InferenceSession.create(path.join(modelDir, name, newest, 'model.onnx'), options));
    }
  }
  return sessions;
}

function toTensor(instances) {
  const width = instances[0].length;
  const data = new Float32Array(instances.length * width);
  instances.forEach((row, at) => {
    if (row.length !== width) {
      throw Object.assign(new Error(`row ${at} has ${row.length} values (expected: ${width})`), { statusCode: 400 });
    }
    data.set(row, at * width);
  });
  return new ort.Tensor('float32', data, [instances.length, width]);
}

function toRows(tensor) {
  const [count, width] = tensor.dims;
  const predictions = new Array(count);
  for (let at = 0; at < count; at++) {
    predictions[at] = Array.from(tensor.data.subarray(at * width, (at + 1) * width));
  }
  return predictions;
}

async function main(port, modelDir) {
  const sessions = await load(modelDir);
  const app = fastify();

  app.setErrorHandler((error, request, reply) => reply.code(error.statusCode ?? 500).send({ error: error.message }));

  app.post('/v1/models/:name(^[^:]+)::predict', { schema }, async (request) => {
    const session = sessions.get(request.params.name);
    if (session === undefined) {
      throw Object.assign(new Error(`model '${request.params.name}' is unknown`), { statusCode: 404 });
    }
    const outputs = await session.run({ [session.inputNames[0]]: toTensor(request.body.instances) });
    return { predictions: toRows(outputs[session.outputNames[0]]) };
  });

  await app.listen({ port, host: '127.0.0.1' });
  console.log(`serving ${[...sessions.keys()].join(', ')} on port ${port}`);
}

const [port, modelDir] = process.argv.slice(2);
if (modelDir === undefined) {
  console.error('usage: node server.js PORT MODEL_DIR');
  process.exit(2);
}
main(Number(port), modelDir).catch((error) => {
  console.error(error);
  process.exit(1);
});
