'use strict';
// What a Node program does to call Slipway: load the published .proto files, and call. A line for each call: its name, a
// tabulator, and the answer or the error.
//
//   node client.js HOST:PORT PROTOS

const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
const path = require('path');
const protobuf = require('protobufjs');

const [address, protos] = process.argv.slice(2);
const definition = loader.loadSync(
  [
    'tensorflow_serving/apis/prediction_service.proto',
    'tensorflow_serving/apis/model_service.proto',
    'open_inference_grpc.proto',
    'grpc/health/v1/health.proto',
    'tensorflow_serving/apis/get_model_metadata.proto',
  ].map((file) => path.join(protos, file)),
  { includeDirs: [protos], keepCase: true, longs: String, enums: String, defaults: true, oneofs: true });
const root = grpc.loadPackageDefinition(definition);
const insecure = grpc.credentials.createInsecure();
const large = { 'grpc.max_receive_message_length': 256 << 20, 'grpc.max_send_message_length': 256 << 20 };

const predictions = new root.tensorflow.serving.PredictionService(address, insecure, large);
const models = new root.tensorflow.serving.ModelService(address, insecure);
const inference = new root.inference.GRPCInferenceService(address, insecure, large);
const health = new root.grpc.health.v1.Health(address, insecure);

function call(client, method, request, options = {}) {
  return new Promise((resolve, reject) => {
    client[method](request, new grpc.Metadata(), options, (error, answer) => error ? reject(error) : resolve(answer));
  });
}

async function print(name, asked) {
  let text;
  try {
    const answer = await asked();
    text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  } catch (error) {
    text = error.code === undefined ? 'failed: ' + error.stack : grpc.status[error.code] + ': ' + error.details;
  }
  console.log(name + '\t' + text.replace(/\s*\n\s*/g, ' '));
}

function floats(values) {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, at) => bytes.writeFloatLE(value, 4 * at));
  return bytes;
}

const spec = (name, more = {}) => ({ name, ...more });
const rows = (count) => ({ dim: [{ size: count }, { size: 2 }] });
const typed = { dtype: 'DT_FLOAT', tensor_shape: rows(2), float_val: [1, 10, 2, 20] };
const content = { dtype: 'DT_FLOAT', tensor_shape: rows(2), tensor_content: floats([1, 10, 2, 20]) };
const predict = (client, input, options, more) =>
  call(client, 'Predict', { model_spec: spec('times'), inputs: { X: input }, ...more }, options);
const infer = (client, tensor, raw = [], options) =>
  call(client, 'ModelInfer', {
    model_name: 'times', id: 'a7', inputs: [{ name: 'X', datatype: 'FP32', shape: [1, 2], ...tensor }],
    raw_input_contents: raw,
  }, options);
const loop = (rounds) => ({
  model_spec: spec('loop'),
  inputs: { N: { dtype: 'DT_INT64', int64_val: [rounds] }, X: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: 1 }] }, float_val: [0] } },
});
const shown = (answer) => ({ values: answer.outputs.Y.float_val, shape: answer.outputs.Y.tensor_shape.dim.map((dim) => dim.size), spec: answer.model_spec.name + ' ' + answer.model_spec.version.value + ' ' + answer.model_spec.signature_name });

async function tensorFlowServing() {
  await print('predict typed', async () => shown(await predict(predictions, typed)));
  await print('predict content', async () => shown(await predict(predictions, content)));
  await print('predict filter', async () => Object.keys((await predict(predictions, typed, {}, { output_filter: ['Y'] })).outputs));
  await print('predict unknown model', () => call(predictions, 'Predict', { model_spec: spec('nobody'), inputs: { X: typed } }));
  await print('predict unknown input', () => call(predictions, 'Predict', { model_spec: spec('times'), inputs: { Z: typed } }));
  await print('predict wrong shape', () => predict(predictions, { ...content, tensor_content: floats([1, 2, 3]) }));
  await print('metadata', async () => {
    const answer = await call(predictions, 'GetModelMetadata', { model_spec: spec('times'), metadata_field: ['signature_def'] });
    const any = answer.metadata.signature_def;
    const types = new protobuf.Root();
    types.resolvePath = (origin, target) => path.isAbsolute(target) ? target : path.join(protos, target);
    types.loadSync('tensorflow_serving/apis/get_model_metadata.proto', { keepCase: true });
    const type = types.lookupType(any.type_url.replace('type.googleapis.com/', ''));
    return type.toObject(type.decode(any.value), { enums: String, longs: String });
  });
  await print('status', async () => (await call(models, 'GetModelStatus', { model_spec: spec('digits') })).model_version_status);
}

async function openInference() {
  await print('infer typed', () => infer(inference, { contents: { fp32_contents: [1, 10] } }));
  await print('infer raw', async () => {
    const answer = await infer(inference, {}, [floats([1, 10])]);
    return [answer.model_version, answer.id, answer.outputs[0].shape, answer.raw_output_contents[0].toString('hex')];
  });
  await print('infer both', () => infer(inference, { contents: { fp32_contents: [1, 10] } }, [floats([1, 10])]));
  await print('server live', () => call(inference, 'ServerLive', {}));
  await print('server ready', () => call(inference, 'ServerReady', {}));
  await print('server metadata', () => call(inference, 'ServerMetadata', {}));
  await print('model ready', () => call(inference, 'ModelReady', { name: 'times' }));
  await print('model metadata', () => call(inference, 'ModelMetadata', { name: 'times' }));
}

async function healthService() {
  await print('health', () => call(health, 'Check', {}));
  await print('health of a model', () => call(health, 'Check', { service: 'times' }));
  await print('health of nobody', () => call(health, 'Check', { service: 'nobody' }));
  await print('health watch', () => new Promise((resolve, reject) => {
    const watched = health.Watch({ service: 'times' });
    watched.on('data', (answer) => {
      watched.cancel();
      resolve(answer);
    });
    watched.on('error', reject);
  }));
}

async function timesAndSizes() {
  await print('deadline', () => call(predictions, 'Predict', loop('4000000000'), { deadline: Date.now() + 300 }));
  await print('deadline over', () => call(predictions, 'Predict', loop('10'), { deadline: Date.now() - 1000 }));
  await print('cancel', () => new Promise((resolve, reject) => {
    const running = predictions.Predict(loop('4000000000'), new grpc.Metadata(), { deadline: Date.now() + 5000 },
      (error, answer) => error ? reject(error) : resolve(answer));
    setTimeout(() => running.cancel(), 200);
  }));
  await print('after cancel', async () => shown(await predict(predictions, typed)));
  for (const algorithm of [1, 2]) {
    const name = algorithm === 1 ? 'deflate' : 'gzip';
    const zipped = new root.tensorflow.serving.PredictionService(address, insecure,
      { ...large, 'grpc.default_compression_algorithm': algorithm });
    await print(name, async () => shown(await predict(zipped, typed)));
    await print(name + ' large', async () => (await predict(zipped, zeros(1 << 20))).outputs.Y.float_val.length + ' values');
    zipped.close();
  }
  await print('large', async () => (await infer(inference, { shape: [1 << 20, 2] }, [Buffer.alloc(8 << 20)])).raw_output_contents[0].length + ' bytes');
  await print('too large', () => infer(inference, { shape: [10 << 20, 2] }, [Buffer.alloc(80 << 20)]));
  await print('after too large', async () => (await infer(inference, {}, [floats([1, 10])])).raw_output_contents[0].toString('hex'));
  await print('together', async () => {
    const asked = [];
    for (let at = 0; at < 300; at++) {
      asked.push(infer(inference, {}, [floats([at, at])]));
    }
    const answers = await Promise.all(asked);
    return answers.filter((answer, at) => answer.raw_output_contents[0].equals(floats([2 * at, 3 * at]))).length + ' right';
  });
}

const zeros = (count) => ({ dtype: 'DT_FLOAT', tensor_shape: rows(count), tensor_content: Buffer.alloc(8 * count) });

// Pings while nothing is asked and while something is: neither may end the connection.
async function keepalive() {
  const kept = new root.tensorflow.serving.PredictionService(address, insecure, {
    'grpc.keepalive_time_ms': 50, 'grpc.keepalive_timeout_ms': 5000, 'grpc.keepalive_permit_without_calls': 1,
  });
  const states = [];
  await print('keepalive', async () => {
    await predict(kept, typed);
    const channel = kept.getChannel();
    const changed = new Promise((resolve) => {
      channel.watchConnectivityState(grpc.connectivityState.READY, Date.now() + 1500, (error) => {
        states.push(error ? 'READY' : grpc.connectivityState[channel.getConnectivityState(false)]);
        resolve();
      });
    });
    await changed;
    return { state: states, again: shown(await predict(kept, typed)) };
  });
  kept.close();
}

(async () => {
  await tensorFlowServing();
  await openInference();
  await healthService();
  await timesAndSizes();
  await keepalive();
  [predictions, models, inference, health].forEach((client) => client.close());
})();
