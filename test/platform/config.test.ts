import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/platform/config.ts';

const refusal = (variable: string): Error =>
  expect.objectContaining({
    code: 'config-invalid',
    message: expect.stringContaining(variable) as string,
  }) as Error;

describe('the configuration', () => {
  test('has a default for everything, and takes an empty variable for an absent one', () => {
    const expected = {
      port: 7070,
      workerPort: 7071,
      host: '127.0.0.1',
      dataDir: '.lethe',
      keystoreDir: resolve('.lethe.keystore'),
      databaseUrl: undefined,
      logLevel: 'info',
      profile: undefined,
      keyCacheMs: 5_000,
      epochMs: 86_400_000,
      exportLifeMs: 604_800_000,
      logOrigin: 'lethe.local',
      witnesses: [],
      witnessQuorum: 0,
      eventStore: undefined,
      kafka: undefined,
      awsKms: undefined,
      tracing: undefined,
      oidc: undefined,
      siem: { hec: undefined, file: undefined },
      rateLimit: 10_000,
    };
    expect(loadConfig({})).toEqual(expected);
    expect(loadConfig({ LETHE_PORT: '', DATABASE_URL: '', UNRELATED: 'x' })).toEqual(expected);
  });

  test('reads what is set', () => {
    const config = loadConfig({
      LETHE_PORT: '0',
      LETHE_KEY_CACHE: 'PT0.5S',
      LETHE_RATE_LIMIT: '0',
      LETHE_LOG_LEVEL: 'silent',
    });
    expect(config).toMatchObject({ port: 0, keyCacheMs: 500, rateLimit: 0, logLevel: 'silent' });
  });

  test('refuses a keystore inside the data directory, where a restore would bring destroyed keys back', () => {
    for (const dir of ['data', 'data/', 'data/keystore', 'data/../data/x']) {
      const env = { LETHE_DATA_DIR: 'data', LETHE_KEYSTORE_DIR: dir };
      expect(() => loadConfig(env)).toThrow(refusal('LETHE_KEYSTORE_DIR'));
    }
    const env = { LETHE_DATA_DIR: 'data', LETHE_KEYSTORE_DIR: 'data.keys' };
    expect(loadConfig(env).keystoreDir).toBe(resolve('data.keys'));
  });

  test('keeps the database URL secret', () => {
    const url = 'postgresql://lethe:planted@localhost/lethe';
    const config = loadConfig({ DATABASE_URL: url });
    expect(config.databaseUrl?.reveal().toString('utf8')).toBe(url);
    expect(JSON.stringify(config) + inspect(config)).not.toContain('planted');
  });

  test.each([
    ['LETHE_PORT', '70700'],
    ['LETHE_PORT', 'planted'],
    ['LETHE_LOG_LEVEL', 'planted'],
    ['LETHE_KEY_CACHE', 'planted'],
    ['LETHE_KEY_CACHE', 'PT2M'],
    ['LETHE_RATE_LIMIT', '-1'],
    ['LETHE_PROFILE', 'planted'],
    ['LETHE_PROFILE', '{"region":"planted"}'],
    ['LETHE_EPOCH', 'planted'],
    ['LETHE_EPOCH', 'PT0S'],
    ['DATABASE_URL', 'mysql://planted'],
  ])('refuses %s=%s by name and without its value', (variable, value) => {
    expect(() => loadConfig({ [variable]: value })).toThrow(refusal(variable));
    expect(() => loadConfig({ [variable]: value })).not.toThrow(refusal('planted'));
  });

  test('names every bad variable at once', () => {
    const env = { LETHE_PORT: 'x', LETHE_RATE_LIMIT: 'x' };
    expect(() => loadConfig(env)).toThrow(refusal('LETHE_PORT'));
    expect(() => loadConfig(env)).toThrow(refusal('LETHE_RATE_LIMIT'));
  });

  test('takes a collector with its token, or neither', () => {
    const env = {
      ...{ LETHE_SIEM_HEC_URL: 'https://splunk.example:8088', LETHE_SIEM_HEC_TOKEN: 'collector-token' },
      ...{ LETHE_SIEM_FILE: 'ocsf.ndjson', LETHE_SIEM_FILE_MB: '2' },
    };
    const { siem } = loadConfig(env);
    expect(siem).toMatchObject({
      hec: { url: 'https://splunk.example:8088', acknowledge: false },
      file: { path: resolve('ocsf.ndjson'), bytes: 2 * 1024 * 1024 },
    });
    expect(inspect(siem, { depth: 5 })).not.toContain('collector-token');
    expect(() => loadConfig({ LETHE_SIEM_HEC_URL: 'https://splunk.example' })).toThrow(
      refusal('LETHE_SIEM_HEC_TOKEN'),
    );
    expect(() => loadConfig({ LETHE_SIEM_HEC_TOKEN: 'x' })).toThrow(refusal('LETHE_SIEM_HEC_URL'));
    expect(() => loadConfig({ ...env, LETHE_SIEM_HEC_ACK: 'perhaps' })).toThrow(
      refusal('LETHE_SIEM_HEC_ACK'),
    );
  });
});
