import { z } from 'zod';
import { uuid } from '../../domain/events/fields.ts';
import type { Secret } from '../../domain/secret.ts';
import { asSecret, configInvalid, milliseconds } from '../variables.ts';

const list = z.string().transform(text => text.split(',').map(part => part.trim()));
const topic = z.string().regex(/^[A-Za-z0-9._-]{1,249}$/, 'a topic name: letters, digits and . _ -');

/** One entry a variable of the environment. */
export const kafkaVariables = {
  KAFKA_BROKERS: list
    .pipe(z.array(z.string().regex(/^[^\s:]+:\d{1,5}$/, 'host:port, separated by commas')))
    .optional(),
  KAFKA_CLIENT_ID: z.string().default('lethe'),
  KAFKA_TLS: z.stringbool('true or false').default(false),
  KAFKA_TLS_CA: z.string().optional(),
  KAFKA_TLS_CERT: z.string().optional(),
  KAFKA_TLS_KEY: z.string().optional(),
  KAFKA_SASL: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']).optional(),
  KAFKA_USERNAME: z.string().optional(),
  KAFKA_PASSWORD: z.string().transform(asSecret).optional(),
  KAFKA_IN_TOPIC: topic.optional(),
  KAFKA_GROUP: z.string().default('lethe'),
  KAFKA_TENANTS: list
    .transform(ids => ids.filter(id => id !== ''))
    .pipe(z.array(z.union([z.literal('*'), uuid.toLowerCase()], 'ids of tenants, separated by commas, or *')))
    .optional(),
  KAFKA_DEAD_TOPIC: topic.optional(),
  KAFKA_DEAD_LIFE: milliseconds.prefault('P7D'),
  KAFKA_OUT_TOPIC: topic.optional(),
  KAFKA_OUT_RETENTION: milliseconds.prefault('P7D'),
  KAFKA_SIEM_TOPIC: topic.optional(),
};

export interface KafkaSecurity {
  /** Files in PEM; what is undefined is the system's. Undefined as a whole: no TLS. */
  readonly tls:
    | { readonly ca: string | undefined; readonly cert: string | undefined; readonly key: string | undefined }
    | undefined;
  readonly sasl:
    | {
        readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
        readonly username: string;
        readonly password: Secret;
      }
    | undefined;
}

export interface KafkaIn {
  readonly topic: string;
  readonly group: string;
  /** The tenants that the topic may write for; undefined: all of the cell. */
  readonly tenants: ReadonlySet<string> | undefined;
  readonly deadTopic: string;
  /** How long what was refused can be opened, milliseconds. */
  readonly deadLifeMs: number;
}

export interface KafkaOut {
  readonly topic: string;
  /** How long the topic keeps messages, milliseconds: certificates say so, and a topic that Lethe makes does. */
  readonly retentionMs: number;
}

export interface KafkaConfig {
  readonly brokers: readonly string[];
  readonly clientId: string;
  readonly security: KafkaSecurity;
  /** What is undefined is off. */
  readonly in: KafkaIn | undefined;
  readonly out: KafkaOut | undefined;
  readonly siemTopic: string | undefined;
}

type Variables = z.infer<z.ZodObject<typeof kafkaVariables>>;

/** Undefined without brokers. Throws `config-invalid` for settings that only mean something together. */
export function kafkaConfig(data: Variables): KafkaConfig | undefined {
  const { KAFKA_BROKERS: brokers } = data;
  if (brokers === undefined) return undefined;
  const config = {
    brokers,
    clientId: data.KAFKA_CLIENT_ID,
    security: { tls: tlsOf(data), sasl: saslOf(data) },
    in: inOf(data),
    out: outOf(data),
    siemTopic: data.KAFKA_SIEM_TOPIC,
  };
  requireApart(config);
  return config;
}

/** What Lethe writes to the topic that it reads would come back to it, each time anew. */
function requireApart({ in: input, out, siemTopic }: Pick<KafkaConfig, 'in' | 'out' | 'siemTopic'>): void {
  const topics = [input?.topic, input?.deadTopic, out?.topic, siemTopic].filter(name => name !== undefined);
  if (new Set(topics).size < topics.length)
    throw configInvalid('KAFKA_IN_TOPIC', 'the topics of Kafka have to differ from each other');
}

/** Everyone who can write to a topic can name any tenant: which ones it may write for has to be said, `*` for all. */
function inOf(data: Variables): KafkaIn | undefined {
  const { KAFKA_IN_TOPIC: topic, KAFKA_TENANTS: tenants } = data;
  if (topic === undefined) return undefined;
  if (tenants === undefined)
    throw configInvalid('KAFKA_TENANTS', 'name the tenants that KAFKA_IN_TOPIC may write for, or * for all');
  return {
    topic,
    group: data.KAFKA_GROUP,
    tenants: tenants.includes('*') ? undefined : new Set(tenants),
    deadTopic: data.KAFKA_DEAD_TOPIC ?? `${topic}.dead`,
    deadLifeMs: data.KAFKA_DEAD_LIFE,
  };
}

const outOf = ({
  KAFKA_OUT_TOPIC: topic,
  KAFKA_OUT_RETENTION: retentionMs,
}: Variables): KafkaOut | undefined => (topic === undefined ? undefined : { topic, retentionMs });

/** Files for a connection that is not to be encrypted are a mistake, and not a way to leave it in clear. */
function tlsOf(data: Variables): KafkaSecurity['tls'] {
  const { KAFKA_TLS_CA: ca, KAFKA_TLS_CERT: cert, KAFKA_TLS_KEY: key } = data;
  if ((cert === undefined) !== (key === undefined))
    throw configInvalid('KAFKA_TLS_CERT', 'KAFKA_TLS_CERT and KAFKA_TLS_KEY go together');
  if (data.KAFKA_TLS) return { ca, cert, key };
  if (ca !== undefined || cert !== undefined)
    throw configInvalid('KAFKA_TLS', 'KAFKA_TLS_CA, …_CERT and …_KEY need KAFKA_TLS=true');
  return undefined;
}

function saslOf(data: Variables): KafkaSecurity['sasl'] {
  const { KAFKA_SASL: mechanism, KAFKA_USERNAME: username, KAFKA_PASSWORD: password } = data;
  if (mechanism === undefined && username === undefined && password === undefined) return undefined;
  if (mechanism === undefined || username === undefined || password === undefined)
    throw configInvalid('KAFKA_SASL', 'KAFKA_SASL, KAFKA_USERNAME and KAFKA_PASSWORD go together');
  return { mechanism, username, password };
}
