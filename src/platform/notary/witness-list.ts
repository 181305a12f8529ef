import { z } from 'zod';
import { LetheError } from '../../domain/errors.ts';
import { parseVerifierKey, type VerifierKey } from '../../domain/tlog/keys.ts';

export interface WitnessAddress {
  /** Of type cosignature/v1. */
  readonly key: VerifierKey;
  /** Submission prefix. */
  readonly url: string;
}

const ENTRY = /^(?<vkey>[^@]+)@(?<url>https?:\/\/\S+)$/;

/** `vkey@url`, separated by commas (C2SP tlog-witness). */
export const witnessList = z.string().transform((text, context): WitnessAddress[] =>
  text.split(',').flatMap(entry => {
    const { vkey = '', url = '' } = ENTRY.exec(entry.trim())?.groups ?? {};
    const key = keyOf(vkey);
    if (key?.algorithm === 'cosignature/v1' && URL.canParse(url)) return [{ key, url }];
    context.issues.push({
      code: 'custom',
      message: 'a list of vkey@url, keys of type cosignature/v1',
      input: text,
    });
    return [];
  }),
);

function keyOf(text: string): VerifierKey | undefined {
  try {
    return parseVerifierKey(text);
  } catch (error) {
    if (error instanceof LetheError) return undefined;
    throw error;
  }
}
