import { LetheError } from '../../domain/errors.ts';
import type { KmsCalls, Send } from './calls.ts';
import type { KeyDescriptions } from './describe.ts';
import { isNamed, refusal } from './errors.ts';
import { parseKeyId } from './key-names.ts';

export interface KeyCalls {
  /** One call about one key. Where AWS only says that its state forbids it, or that it is not there, the code says why. */
  to<Output extends object>(keyId: string, operation: string, send: Send<Output>): Promise<Output>;
}

export const createKeyCalls = (calls: KmsCalls, descriptions: KeyDescriptions): KeyCalls => ({
  to: async (keyId, operation, send) => {
    const { region } = parseKeyId(keyId);
    try {
      return await calls.to(region, operation, send);
    } catch (error) {
      if (!(error instanceof LetheError) || !asksForState(error)) throw error;
      descriptions.forget(keyId);
      const { state } = await descriptions.describe(keyId);
      // The key has changed in between, or is not seen everywhere yet.
      throw state === 'enabled' ? error : refusal(keyId, state);
    }
  },
});

const asksForState = ({ code, cause }: LetheError): boolean =>
  code === 'kms-key-not-found' || isNamed(cause, 'KMSInvalidStateException');
