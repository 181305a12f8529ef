import { kind, later, type ProblemKind } from './kind.ts';

/** Codes of requests themselves. */
export const REQUEST_PROBLEMS = {
  'malformed-json': kind(400, 'The body is not JSON', 'Send valid JSON in UTF-8.'),
  'malformed-ndjson': kind(
    400,
    'A line is not JSON',
    'Mend the named line: one JSON object a line, UTF-8, ended by a line feed.',
  ),
  'invalid-request': kind(
    400,
    'The request does not fit its schema',
    'Mend each field that `errors` names; /openapi.json has the schema and its limits.',
  ),
  'cursor-invalid': kind(
    400,
    'The cursor is not one of this list',
    'Pass `cursor` exactly as the list returned it, or leave it out to start again.',
  ),
  'body-too-large': kind(413, 'The body is too large', 'Split the request.'),
  'unsupported-media-type': kind(
    415,
    'The content type is not supported',
    'Send application/json, application/cloudevents+json, application/cloudevents-batch+json or application/x-ndjson.',
  ),
  'not-found': kind(404, 'There is nothing here', 'Check the path against /openapi.json.'),
  'log-conflict': kind(409, 'The state has moved meanwhile', 'Read it again and repeat the request.'),
  'rate-limited': kind(429, 'Too many requests', 'Wait as long as Retry-After says.'),
  'view-behind': later(
    1,
    'The views have not reached the position',
    'Repeat the read, or drop Lethe-Min-Position.',
  ),
  'shutting-down': later(2, 'The service is shutting down', 'Send the same request again.'),
  internal: kind(
    500,
    'Something failed inside Lethe',
    'Send the same request again; if it persists, report the `instance` of the problem.',
  ),
} as const satisfies Readonly<Record<string, ProblemKind>>;
