import { pino, stdTimeFunctions, type DestinationStream, type Logger } from 'pino';
import { build as pretty } from 'pino-pretty';
import { LetheError } from '../domain/errors.ts';

export interface LoggingOptions {
  readonly level: string;
  /** For a terminal: one coloured line instead of JSON. */
  readonly pretty?: boolean;
  /** Default: standard output. */
  readonly destination?: DestinationStream;
}

/** Names under which something personal or secret could be logged by mistake. */
const NEVER = [
  'authorization',
  'body',
  'content',
  'cookie',
  'email',
  'headers',
  'ip',
  'output',
  'password',
  'prompt',
  'query',
  'remoteAddress',
  'secret',
  'url',
];

/**
 * The service's logger. A line holds codes, numbers and route patterns: serializers reduce errors, requests and replies
 * to those, and the fields of `NEVER` are dropped wherever they stand in the first two levels.
 */
export function createLogger({ level, pretty: onTerminal = false, destination }: LoggingOptions): Logger {
  const stream = destination ?? (onTerminal ? pretty({ colorize: true }) : pino.destination({ sync: false }));
  return pino(
    {
      level,
      base: { service: 'lethe' },
      timestamp: stdTimeFunctions.isoTime,
      redact: { paths: [...NEVER, ...NEVER.map(name => `*.${name}`)], remove: true },
      serializers: { err: describeError, error: describeError, req: describeRequest, res: describeReply },
      hooks: { logMethod: withoutErrorMessage },
    },
    stream,
  );
}

export interface ErrorLine {
  readonly type: string;
  readonly code?: string;
  readonly message?: string;
  /** PostgreSQL's names of what was violated; never its `detail`, which quotes the row. */
  readonly constraint?: string;
  readonly table?: string;
  readonly frames: readonly string[];
  readonly cause?: ErrorLine;
}

const MAX_CAUSES = 5;

/**
 * An error as it may be logged. Only a LetheError's message is safe by contract: a database's or parser's quotes its input,
 * so of those there are type, code and stack frames.
 */
export function describeError(error: unknown, depth = 0): ErrorLine {
  if (!(error instanceof Error)) return { type: typeof error, frames: [] };
  return {
    type: error.name,
    ...textField(error, 'code'),
    ...(error instanceof LetheError ? { message: error.message } : {}),
    ...textField(error, 'constraint'),
    ...textField(error, 'table'),
    frames: framesOf(error),
    ...(error.cause === undefined || depth >= MAX_CAUSES
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}

const FRAME = /^\s+at .*$/gm;
const framesOf = (error: Error): string[] => (error.stack?.match(FRAME) ?? []).map(frame => frame.trim());

function textField(error: Error, name: 'code' | 'constraint' | 'table'): Record<string, string> {
  const value: unknown = Reflect.get(error, name);
  return typeof value === 'string' ? { [name]: value } : {};
}

/** The pattern of the route, because a URL names users and assets. */
function describeRequest(request: unknown): Record<string, unknown> {
  const { id, method, routeOptions } = request as {
    id?: unknown;
    method?: unknown;
    routeOptions?: { url?: unknown };
  };
  return { id, method, route: routeOptions?.url };
}

const describeReply = (reply: unknown): Record<string, unknown> => ({
  status: (reply as { statusCode?: unknown }).statusCode,
});

/** pino takes an error's message for the line's own if none is given: give one. */
function withoutErrorMessage(this: Logger, args: Parameters<Logger['info']>, method: Logger['info']): void {
  const [first, message] = args as unknown[];
  const error = first instanceof Error ? first : errorIn(first);
  if (error === undefined || (typeof message === 'string' && message !== error.message)) {
    method.apply(this, args);
    return;
  }
  const fields = first instanceof Error ? { err: first } : (first as object);
  method.call(this, fields, error instanceof LetheError ? error.message : 'unexpected error');
}

function errorIn(fields: unknown): Error | undefined {
  if (typeof fields !== 'object' || fields === null || !('err' in fields)) return undefined;
  return fields.err instanceof Error ? fields.err : undefined;
}
