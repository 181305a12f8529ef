import { DecryptCommand, GenerateDataKeyCommand } from '@aws-sdk/client-kms';
import { LetheError } from '../../domain/errors.ts';
import type { Kms } from '../../domain/ports/kms.ts';
import { Secret } from '../../domain/secret.ts';
import type { CallBudget } from './budget.ts';
import type { FreshKeys } from './fresh-keys.ts';
import type { KeyCalls } from './key-calls.ts';

interface DataKeysDeps {
  readonly keyCalls: KeyCalls;
  readonly fresh: FreshKeys;
  readonly budget: CallBudget;
}

/** Wrapping and unwrapping: what traffic asks for, and so what is held to a budget. */
export const createDataKeys = ({
  keyCalls,
  fresh,
  budget,
}: DataKeysDeps): Pick<Kms, 'generateDataKey' | 'decrypt'> => ({
  generateDataKey: async (keyId, context) => {
    budget.spend(context.tenant);
    const input = { KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: { ...context } } as const;
    const { Plaintext, CiphertextBlob } = await fresh.patiently(keyId, () =>
      keyCalls.to(keyId, 'GenerateDataKey', (client, how) =>
        client.send(new GenerateDataKeyCommand(input), how),
      ),
    );
    return { plaintext: new Secret(bytesOf(Plaintext)), wrapped: bytesOf(CiphertextBlob) };
  },
  decrypt: async (keyId, wrapped, context) => {
    budget.spend(context.tenant);
    // With the key named, a ciphertext under any other key is refused (IncorrectKeyException).
    const input = { KeyId: keyId, CiphertextBlob: wrapped, EncryptionContext: { ...context } };
    const { Plaintext } = await fresh.patiently(keyId, () =>
      keyCalls.to(keyId, 'Decrypt', (client, how) => client.send(new DecryptCommand(input), how)),
    );
    return new Secret(bytesOf(Plaintext));
  },
});

/** The same memory, so that wiping the secret wipes what the SDK has read. */
function bytesOf(bytes: Uint8Array | undefined): Buffer {
  if (bytes === undefined) throw new LetheError('kms-unavailable', 'AWS KMS answered without the key');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
