import { createSecretKey, randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unwrapKey, wrapKey, WRAPPED_BYTES } from '../../../src/domain/sealing/wrap.ts';
import { codeOf } from '../../support/code-of.ts';
import { slowGcm, slowPrefix } from './slow-reference.ts';

const rootBytes = randomBytes(32);
const root = createSecretKey(rootBytes);
const context = { tenant: randomUUID(), scope: 'asset/a-1', epoch: 1, purpose: 'safety' } as const;

describe('a wrapped key', () => {
  it('unwraps to the same key in the same context', () => {
    const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map(array => Buffer.from(array));
    fc.assert(
      fc.property(keys, fc.nat(), fc.string(), (key, epoch, scope) => {
        const here = { ...context, epoch, scope };
        expect(unwrapKey(root, wrapKey(root, key, randomBytes(12), here), here)).toEqual(key);
      }),
    );
  });

  it('equals byte for byte what the slow reference makes', () => {
    const key = randomBytes(32);
    const nonce = randomBytes(12);
    const aad = slowPrefix(context.tenant, context.scope, '1', 'safety');
    const slow = Buffer.concat([Buffer.from([1]), nonce, slowGcm(rootBytes, nonce, aad, key)]);
    expect(wrapKey(root, key, nonce, context)).toEqual(slow);
  });

  it('does not open for another tenant, scope, epoch, purpose or root', () => {
    const wrapped = wrapKey(root, randomBytes(32), randomBytes(12), context);
    const others = [
      { ...context, tenant: randomUUID() },
      { ...context, scope: 'asset/a-2' },
      { ...context, epoch: 2 },
      { ...context, purpose: 'serving' },
    ] as const;
    for (const other of others) expect(codeOf(() => unwrapKey(root, wrapped, other))).toBe('wrap-tampered');
    const foreign = createSecretKey(randomBytes(32));
    expect(codeOf(() => unwrapKey(foreign, wrapped, context))).toBe('wrap-tampered');
  });

  it('is refused with a code whichever byte is changed, and when it is cut or lengthened', () => {
    const wrapped = wrapKey(root, randomBytes(32), randomBytes(12), context);
    expect(wrapped.length).toBe(WRAPPED_BYTES);
    for (let at = 0; at < wrapped.length; at++) {
      const changed = Buffer.from(wrapped);
      changed.writeUInt8(changed.readUInt8(at) ^ 0x10, at);
      const code = at === 0 ? 'wrap-malformed' : 'wrap-tampered';
      expect(codeOf(() => unwrapKey(root, changed, context))).toBe(code);
      expect(codeOf(() => unwrapKey(root, wrapped.subarray(0, at), context))).toBe('wrap-malformed');
    }
    const longer = Buffer.concat([wrapped, Buffer.alloc(1)]);
    expect(codeOf(() => unwrapKey(root, longer, context))).toBe('wrap-malformed');
  });

  it('takes 32-byte keys only', () => {
    expect(() => wrapKey(root, randomBytes(16), randomBytes(12), context)).toThrow(RangeError);
  });
});
