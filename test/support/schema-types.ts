type Schema = Readonly<Record<string, unknown>>;

/** The TypeScript type of a JSON Schema (2020-12), of its part that the service's document uses; throws at any other. */
export function typeOf(schema: Schema): string {
  if (typeof schema['$ref'] === 'string') return nameOf(schema['$ref']);
  if (Array.isArray(schema['enum'])) return union(schema['enum'].map(value => JSON.stringify(value)));
  if ('const' in schema) return JSON.stringify(schema['const']);
  const alternatives = schema['anyOf'] ?? schema['oneOf'];
  if (Array.isArray(alternatives)) return union(alternatives.map(one => typeOf(asSchema(one))));
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

function objectType(schema: Schema): string {
  const required = new Set(Array.isArray(schema['required']) ? schema['required'] : []);
  const properties = Object.entries(asSchema(schema['properties'])).map(([name, value]) => {
    const property = asSchema(value);
    const optional = required.has(name) ? '' : '?';
    return `${comment(property)}readonly ${JSON.stringify(name)}${optional}: ${typeOf(property)};`;
  });
  const more = schema['additionalProperties'];
  const index =
    more === undefined || more === false ? [] : [`readonly [field: string]: ${typeOf(asSchema(more))};`];
  return `{\n${[...properties, ...index].join('\n')}\n}`;
}

const comment = ({ description }: Schema): string =>
  typeof description === 'string' ? `/** ${description.replaceAll('*/', '* /')} */\n` : '';
