'use strict';
// What Node calls Slipway with on its own: fetch over HTTP/1.1, and a session of HTTP/2. Lines as client.js prints them.
//
//   node fetch.js HOST PORT

const http2 = require('http2');
const zlib = require('zlib');

const [host, port] = process.argv.slice(2);
const base = `http://${host}:${port}`;
const predict = base + '/v1/models/times:predict';
const row = JSON.stringify({ instances: [[1, 10]] });
const many = JSON.stringify({ instances: Array(5000).fill([1, 10]) });

async function print(name, asked) {
  let text;
  try {
    const answer = await asked();
    text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  } catch (error) {
    text = 'failed: ' + error.stack + ' ' + error.cause;
  }
  console.log(name + '\t' + text.replace(/\s*\n\s*/g, ' '));
}

const post = (body, headers = {}, more = {}) => fetch(predict, { method: 'POST', body, headers, ...more });
const counted = async (answer) =>
  `${answer.headers.get('content-encoding')} ${(await answer.json()).predictions.filter((one) => one[1] === 30).length}`;

async function* pieces(text) {
  for (let at = 0; at < text.length; at += 1000) {
    yield Buffer.from(text.slice(at, at + 1000));
  }
}

function ask(session, headers, body) {
  return new Promise((resolve, reject) => {
    const stream = session.request(headers);
    const answer = { body: '' };
    stream.setEncoding('utf8');
    stream.on('response', (got) => { answer.status = got[':status']; answer.length = got['content-length']; });
    stream.on('data', (piece) => { answer.body += piece; });
    stream.on('end', () => resolve(answer));
    stream.on('error', reject);
    stream.end(body);
  });
}

(async () => {
  await print('fetch', async () => (await post(row)).json());
  await print('fetch many', async () => counted(await post(many)));
  await print('fetch gzip', async () => counted(await post(zlib.gzipSync(many), { 'content-encoding': 'gzip' })));
  await print('fetch deflate', async () => counted(await post(zlib.deflateSync(many), { 'content-encoding': 'deflate' })));
  await print('fetch pieces', async () => counted(await post(pieces(many), {}, { duplex: 'half' })));
  await print('fetch head', async () => {
    const answer = await fetch(base + '/v1/models/times', { method: 'HEAD' });
    return [answer.status, (await answer.text()).length];
  });
  await print('fetch error', async () => {
    const answer = await fetch(base + '/v1/models/nobody');
    return [answer.status, Object.keys(await answer.json())];
  });
  await print('fetch called off', async () => {
    const asked = fetch(base + '/v1/models/loop:predict', {
      method: 'POST',
      body: JSON.stringify({ inputs: { N: 4000000000, X: [0] } }),
      signal: AbortSignal.timeout(100),
    });
    return asked.then(() => 'answered', (error) => error.name);
  });
  await print('fetch together', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(row).then((answer) => answer.status)));
    return answers.filter((status) => status === 200).length + ' right';
  });

  const session = http2.connect(base);
  const posted = { ':method': 'POST', ':path': '/v1/models/times:predict' };
  await print('http2 together', async () => {
    const answers = await Promise.all(Array.from({ length: 90 }, () => ask(session, posted, row)));
    return answers.filter((answer) => answer.body === '{"predictions":[[2.0,30.0]]}').length + ' right';
  });
  await print('http2 head', async () => {
    const answer = await ask(session, { ':method': 'HEAD', ':path': '/v1/models/times' });
    return [answer.status, answer.body, answer.length > 0];
  });
  await print('http2 error', async () => (await ask(session, { ':path': '/nowhere' })).status);
  await print('http2 ping', () => new Promise((resolve, reject) =>
    session.ping((error) => error ? reject(error) : resolve('pong'))));
  session.close();
})();
