import { describe, expect, test } from 'vitest';
import { LetheClient, type ClientOptions } from '../../src/client/client.ts';
import { settingsOf } from '../../src/client/options.ts';

const needed = { url: 'https://lethe.example', tenant: 'acme', key: 'key' };

describe('the options of a client', () => {
  test('have a default for what is left out or undefined, and keep what is given', () => {
    const fromEnvironment = { ...needed, source: undefined, patienceMs: 5 } as unknown as ClientOptions;
    expect(settingsOf(fromEnvironment)).toMatchObject({ source: 'lethe/client', patienceMs: 5 });
  });

  test.each(['url', 'tenant', 'key'])('are refused at once without %s', name => {
    expect(() => new LetheClient({ ...needed, [name]: undefined })).toThrow(TypeError);
    expect(() => new LetheClient({ ...needed, [name]: '' })).toThrow(TypeError);
  });
});
