import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { parseVerifierKey } from '../../../src/domain/tlog/keys.ts';
import { createHttpWitness } from '../../../src/platform/notary/http-witness.ts';
import { witnessSigner } from '../../support/bundles/note-signer.ts';

const request = {
  ...{ old: 0, proof: [], note: 'a note\n' },
  checkpoint: { origin: 'log.test', size: 1, root: Buffer.alloc(32) },
};

test('an answer that does not end is cut off, and none of it is kept', async () => {
  const written: number[] = [];
  const server = createServer((_, response) => {
    const line = Buffer.alloc(64 * 1024, '-');
    const write = (): void => {
      while (!response.destroyed && response.write(line)) written.push(line.length);
    };
    response.on('drain', write);
    write();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const key = parseVerifierKey(witnessSigner('witness.test/endless').vkey);
    await expect(
      createHttpWitness(key, `http://127.0.0.1:${port}`).addCheckpoint(request),
    ).rejects.toMatchObject({
      code: 'witness-unavailable',
      message: expect.stringContaining('too great a length') as string,
    });
    expect(written.reduce((sum, bytes) => sum + bytes, 0)).toBeLessThan(64 * 1024 * 1024);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
