import { describe, expect, test } from 'vitest';
import { LetheError } from '../../src/domain/errors.ts';
import { Secret } from '../../src/domain/secret.ts';
import { createLogger, describeError } from '../../src/platform/logging.ts';

function capture(): { lines: () => Record<string, unknown>[]; logger: ReturnType<typeof createLogger> } {
  const written: string[] = [];
  const logger = createLogger({ level: 'debug', destination: { write: line => void written.push(line) } });
  return { logger, lines: () => written.map(line => JSON.parse(line) as Record<string, unknown>) };
}

describe('a log line of an error', () => {
  test('has a LetheError’s code and message, and of others neither message nor detail', () => {
    const cause = Object.assign(new Error('planted'), {
      code: '23505',
      detail: 'planted',
      constraint: 'events_key',
    });
    const described = describeError(new LetheError('log-unavailable', 'the log does not answer', { cause }));
    expect(described).toMatchObject({
      code: 'log-unavailable',
      message: 'the log does not answer',
      cause: { type: 'Error', code: '23505', constraint: 'events_key' },
    });
    expect(described.frames.length).toBeGreaterThan(0);
    expect(JSON.stringify(described)).not.toContain('planted');
  });

  test('survives a message of several lines and a cause that is its own', () => {
    const error = new Error('planted\n    planted second line');
    error.cause = error;
    expect(JSON.stringify(describeError(error))).not.toContain('planted');
  });

  test.each([
    ['alone', (error: Error) => [error]],
    ['as err', (error: Error) => [{ err: error }]],
    ['as err with its message', (error: Error) => [{ err: error }, error.message]],
    ['with a text', (error: Error) => [error, 'said']],
  ])('logged %s never takes its message from the error', (_how, argumentsOf) => {
    const { logger, lines } = capture();
    Reflect.apply(logger.error, logger, argumentsOf(new Error('planted')));
    expect(lines()).toHaveLength(1);
    expect(JSON.stringify(lines())).not.toContain('planted');
    expect(lines()[0]).toMatchObject({ err: { type: 'Error' } });
  });
});

test('fields that could be personal are dropped, and a secret says that it is one', () => {
  const { logger, lines } = capture();
  logger.info(
    { ip: 'planted', event: { prompt: 'planted', position: 3 }, token: new Secret(Buffer.from('planted')) },
    'x',
  );
  expect(lines()[0]).toMatchObject({ service: 'lethe', event: { position: 3 }, token: '[secret]', msg: 'x' });
  expect(JSON.stringify(lines())).not.toContain('planted');
});
