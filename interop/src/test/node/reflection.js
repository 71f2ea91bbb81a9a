'use strict';
// A client that knows no message of Slipway's: it asks the server's reflection for them. Lines as client.js prints them.
//
//   node reflection.js HOST:PORT

const grpc = require('@grpc/grpc-js');
const { GrpcReflection } = require('grpc-js-reflection-client');

const address = process.argv[2];
const insecure = grpc.credentials.createInsecure();

async function print(name, asked) {
  let text;
  try {
    const answer = await asked();
    text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  } catch (error) {
    text = 'failed: ' + error.stack;
  }
  console.log(name + '\t' + text.replace(/\s*\n\s*/g, ' '));
}

async function stub(reflection, service) {
  const descriptor = await reflection.getDescriptorBySymbol(service);
  const root = descriptor.getPackageObject({ keepCase: true, enums: String, longs: String, defaults: true });
  const Stub = service.split('.').reduce((at, part) => at[part], root);
  return new Stub(address, insecure);
}

function call(client, method, request) {
  return new Promise((resolve, reject) => {
    client[method](request, (error, answer) => {
      client.close();
      error ? reject(error) : resolve(answer);
    });
  });
}

async function askAll(version) {
  const reflection = new GrpcReflection(address, insecure, {}, version);
  const services = await reflection.listServices();
  await print(version + ' list', async () => services.join(' '));
  for (const service of services) {
    await print(version + ' methods of ' + service, async () =>
      (await reflection.listMethods(service)).map((method) => method.name).join(' '));
  }
  await print(version + ' predict', async () => {
    const answer = await call(await stub(reflection, 'tensorflow.serving.PredictionService'), 'Predict', {
      model_spec: { name: 'times' },
      // protobuf.js makes entries of maps where it reads descriptors.
      inputs: [{
        key: 'X',
        value: { dtype: 'DT_FLOAT', tensor_shape: { dim: [{ size: 1 }, { size: 2 }] }, float_val: [1, 10] },
      }],
    });
    return answer.outputs[0].value.float_val;
  });
  await print(version + ' infer', async () => {
    const answer = await call(await stub(reflection, 'inference.GRPCInferenceService'), 'ModelInfer', {
      model_name: 'times',
      inputs: [{ name: 'X', datatype: 'FP32', shape: [1, 2], contents: { fp32_contents: [1, 10] } }],
    });
    return answer.outputs[0].contents.fp32_contents;
  });
}

(async () => {
  await askAll('v1');
  await askAll('v1alpha');
  process.exit(0);
})();
