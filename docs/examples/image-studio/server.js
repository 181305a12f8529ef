import { randomUUID } from 'node:crypto';
import process from 'node:process';
import Fastify from 'fastify';
import { LetheClient, LetheClientError } from 'lethe/client';
import { draw } from './model.js';

const { LETHE_URL = 'http://127.0.0.1:7070', LETHE_TENANT, LETHE_KEY, PORT = '3000' } = process.env;
const lethe = new LetheClient({
  url: LETHE_URL,
  tenant: LETHE_TENANT,
  key: LETHE_KEY,
  source: '/image-studio',
});

/** Who owns which picture. The pictures themselves lie sealed in Lethe: the studio has no copy that it would have to delete. */
const owners = new Map();

const app = Fastify();

/** Stands for the session of a real product: nobody else may say who the user is. */
const userOf = request => request.headers['x-user'] ?? fail(401, 'sign in first');

/** What is another's is not there. */
function ownedPicture(request) {
  const { picture } = request.params;
  return owners.get(picture) === userOf(request) ? picture : fail(404, 'no such picture');
}

app.post('/uploads', async (request, reply) => {
  const user = userOf(request);
  const picture = randomUUID();
  const { svg, fileName } = request.body;
  const data = { subject: user, mediaType: 'image/svg+xml', content: svg, fileName, ip: request.ip };
  await lethe.record({ type: 'upload.received', subject: picture, data });
  owners.set(picture, user);
  return reply.code(201).send({ picture });
});

app.post('/generations', async (request, reply) => {
  const user = userOf(request);
  const picture = randomUUID();
  const { prompt, from = [] } = request.body;
  const call = { subject: user, model: 'studio-1', modality: 'image', parents: from, ip: request.ip };
  // On record before the model runs: what was asked for is known even if the drawing fails.
  await lethe.record({ type: 'generation.requested', subject: picture, data: { ...call, prompt } });
  const output = draw(prompt);
  await lethe.record({ type: 'generation.completed', subject: picture, data: { ...call, output } });
  owners.set(picture, user);
  return reply.code(201).send({ picture });
});

app.get('/pictures', async request => {
  const user = userOf(request);
  const pictures = [];
  // To the ledger, whoever has made nothing yet is unknown.
  if (![...owners.values()].includes(user)) return pictures;
  for await (const { asset, createdAt, eraseAt } of lethe.assets(user)) {
    pictures.push({ picture: asset, createdAt, eraseAt });
  }
  return pictures;
});

app.get('/pictures/:picture', async (request, reply) => {
  const { contents } = await lethe.content(ownedPicture(request));
  const { content } = contents.at(-1);
  return reply.type('image/svg+xml').send(content.content ?? content.output);
});

/** Why the picture is still there, until when, and under which promise. */
app.get('/pictures/:picture/retention', request => lethe.retention(ownedPicture(request)));

/** Gone for the user with the answer, which says when the sealed copy is destroyed. */
app.delete('/pictures/:picture', request =>
  lethe.requestDeletion({ subject: userOf(request), asset: ownedPicture(request) }),
);

app.setErrorHandler((error, _request, reply) => {
  if (!(error instanceof LetheClientError)) return reply.send(error);
  // A user may learn that a picture is gone. All else that the ledger refuses is the studio's own affair.
  const isGone = error.status === 404 || error.status === 410;
  return reply.code(isGone ? error.status : 503).send({ code: error.code });
});

// Requests in flight end first, then what they have recorded is sent.
app.addHook('onClose', () => lethe.close());
process.once('SIGTERM', () => app.close());

const address = await app.listen({ port: Number(PORT) });
process.stdout.write(`the studio is open at ${address}\n`);

function fail(statusCode, message) {
  throw Object.assign(new Error(message), { statusCode });
}
