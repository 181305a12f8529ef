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
      host: '127.0.0.1',
      dataDir: '.lethe',
      databaseUrl: undefined,
      logLevel: 'info',
      keyCacheMs: 5_000,
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
});
