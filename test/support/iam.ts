import { z } from 'zod';

const texts = z.union([z.string(), z.array(z.string())]).transform(value => [value].flat());
const statement = z.strictObject({
  Sid: z.string(),
  Effect: z.enum(['Allow', 'Deny']),
  Principal: z.unknown().optional(),
  Action: texts,
  Resource: texts,
  Condition: z.record(z.string(), z.record(z.string(), texts)).optional(),
});
export const policySchema = z.strictObject({
  Version: z.literal('2012-10-17'),
  Statement: z.array(statement),
});
export type Policy = z.infer<typeof policySchema>;

/** One request as IAM sees it; condition keys by their names, absent where the request has none. */
export interface IamRequest {
  readonly action: string;
  readonly resource: string;
  readonly keys: Readonly<Record<string, string | readonly string[]>>;
}

/** IAM, policy evaluation logic: an explicit deny wins, then any allow, else no. Throws for what it can't evaluate. */
export function isAllowed(policies: readonly Policy[], request: IamRequest): boolean {
  const fitting = policies.flatMap(({ Statement }) => Statement.filter(one => fits(one, request)));
  return fitting.some(({ Effect }) => Effect === 'Allow') && !fitting.some(({ Effect }) => Effect === 'Deny');
}

function fits(
  { Action, Resource, Condition = {} }: Policy['Statement'][number],
  request: IamRequest,
): boolean {
  return (
    Action.some(pattern => isLike(pattern, request.action)) &&
    Resource.some(pattern => isLike(pattern, request.resource)) &&
    Object.entries(Condition).every(([operator, wanted]) =>
      Object.entries(wanted).every(([key, values]) => holds(operator, values, request.keys[key])),
    )
  );
}

function holds(
  operator: string,
  wanted: readonly string[],
  given: string | readonly string[] | undefined,
): boolean {
  const values = given === undefined ? [] : [given].flat();
  switch (operator) {
    case 'Null':
      return wanted.includes(String(values.length === 0));
    case 'StringEquals':
      return values.some(value => wanted.includes(value));
    case 'StringNotEquals':
      return !values.some(value => wanted.includes(value));
    case 'Bool':
      return values.some(value => wanted.includes(value));
    case 'ForAllValues:StringEquals':
      return values.every(value => wanted.includes(value));
    default:
      throw new Error(`condition operator ${operator} is not evaluated here`);
  }
}

function isLike(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`, 's').test(text);
}
