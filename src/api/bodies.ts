import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { LetheError } from '../domain/errors.ts';
import { NDJSON_TYPE } from './ndjson.ts';

export const JSON_TYPE = 'application/json';
/** CloudEvents JSON format and batch format. */
export const CLOUDEVENT_TYPE = 'application/cloudevents+json';
export const CLOUDEVENT_BATCH_TYPE = 'application/cloudevents-batch+json';

/** An NDJSON body that nobody has read yet: the route takes it line by line. */
export class NdjsonBody {
  readonly stream: Readable;

  constructor(stream: Readable) {
    this.stream = stream;
  }
}

/** The media types that the API takes; any other is `unsupported-media-type`. */
export function acceptBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(
    [JSON_TYPE, CLOUDEVENT_TYPE, CLOUDEVENT_BATCH_TYPE],
    { parseAs: 'buffer' },
    (_request, body, done) => {
      try {
        done(null, parseJson(body));
      } catch (error) {
        done(error as LetheError);
      }
    },
  );
  app.addContentTypeParser(NDJSON_TYPE, (_request, stream, done) => done(null, new NdjsonBody(stream)));
}

/** An empty body is none. Throws `malformed-json`; the parser's own words quote the input and are left out. */
export function parseJson(body: string | Buffer): unknown {
  if (body.length === 0) return undefined;
  if (typeof body !== 'string' && !isUtf8(body)) {
    throw new LetheError('malformed-json', 'the body is not UTF-8');
  }
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new LetheError('malformed-json', 'the body is not JSON');
  }
}
