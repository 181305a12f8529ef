import { writeSync } from 'node:fs';
import { openEmbeddedKms } from '../../../src/platform/keystore/embedded-kms.ts';

/** Makes and destroys keys until it is killed, and says so only after each is done. */
const [, , dir = ''] = process.argv;
const context = { tenant: 'acme', epoch: '1', purpose: 'serving' };
const kms = await openEmbeddedKms({ dir, clock: { now: () => new Date() } });
const tell = (line: string): number => writeSync(1, `${line}\n`);

for (;;) {
  const { keyId } = await kms.createKey({});
  const { wrapped } = await kms.generateDataKey(keyId, context);
  tell(`created ${keyId} ${wrapped.toString('base64')}`);
  const { keyId: doomed } = await kms.createKey({});
  const { wrapped: lost } = await kms.generateDataKey(doomed, context);
  tell(`created ${doomed} ${lost.toString('base64')}`);
  await kms.scheduleKeyDeletion(doomed, 0);
  tell(`destroyed ${doomed}`);
}
