import { isDeepStrictEqual } from 'node:util';

type Schema = Readonly<Record<string, unknown>>;

/** The TypeScript type of a JSON Schema (2020-12), of its part that the service's document uses; throws at any other. */
export function typeOf(schema: Schema): string {
  if (typeof schema['$ref'] === 'string') return nameOf(schema['$ref']);
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map(value => JSON.stringify(value)));
  if ('const' in schema) return JSON.stringify(schema['const']);
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(alternatives)) return alternativesType(alternatives.map(asSchema));
  const { type } = schema;
  if (Array.isArray(type)) return union(type.map(one => typeOf({ ...schema, type: one as unknown })));
  switch (type) {
    case 'object':
      return objectType(schema);
    case 'array':
      return `readonly (${typeOf(asSchema(schema['items']))})[]`;
    case 'integer':
    case 'number':
      return 'number';
    case 'string':
    case 'boolean':
    case 'null':
      return type;
    case undefined:
      return 'unknown';
    default:
      throw new Error(`no TypeScript for a schema of type ${JSON.stringify(type)}`);
  }
}

const NAMED = '#/components/schemas/';

function nameOf(reference: string): string {
  if (!reference.startsWith(NAMED)) throw new Error(`no type of that name: ${reference}`);
  return reference.slice(NAMED.length);
}

const union = (types: readonly string[]): string => [...new Set(types)].join(' | ');

/** A schema may be `true` or left out, which is any value. */
const asSchema = (value: unknown): Schema =>
  typeof value === 'object' && value !== null ? (value as Schema) : {};

/** What all alternatives have alike is said once, before what tells them apart. */
function alternativesType(alternatives: readonly Schema[]): string {
  const [first = {}, ...others] = alternatives;
  const isClosed = alternatives.every(one => one['type'] === 'object' && !hasMore(one));
  const shared = isClosed
    ? propertiesOf(first).filter(([name]) => others.every(other => sameProperty(name, first, other)))
    : [];
  if (others.length === 0 || shared.length === 0) return union(alternatives.map(typeOf));
  const names = new Set(shared.map(([name]) => name));
  const own = alternatives.map(one => ({
    ...one,
    properties: Object.fromEntries(propertiesOf(one).filter(([name]) => !names.has(name))),
  }));
  return `${typeOf({ ...first, properties: Object.fromEntries(shared) })} & (${union(own.map(typeOf))})`;
}

const sameProperty = (name: string, one: Schema, other: Schema): boolean =>
  requiredOf(one).has(name) === requiredOf(other).has(name) &&
  isDeepStrictEqual(asSchema(one['properties'])[name], asSchema(other['properties'])[name]);

const propertiesOf = (schema: Schema): [string, unknown][] => Object.entries(asSchema(schema['properties']));

const requiredOf = ({ required }: Schema): ReadonlySet<unknown> =>
  new Set(Array.isArray(required) ? required : []);

/** Whether an object may have fields beside its properties. */
const hasMore = ({ additionalProperties }: Schema): boolean =>
  additionalProperties !== undefined && additionalProperties !== false;

function objectType(schema: Schema): string {
  const required = requiredOf(schema);
  const properties = propertiesOf(schema).map(([name, value]) => {
    const property = asSchema(value);
    const optional = required.has(name) ? '' : '?';
    return `${comment(property)}readonly ${JSON.stringify(name)}${optional}: ${typeOf(property)};`;
  });
  const more = asSchema(schema['additionalProperties']);
  const index = hasMore(schema) ? [`readonly [field: string]: ${typeOf(more)};`] : [];
  return `{\n${[...properties, ...index].join('\n')}\n}`;
}

const comment = ({ description }: Schema): string =>
  typeof description === 'string' ? `/** ${description.replaceAll('*/', '* /')} */\n` : '';
