import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/platform/config.ts';
import type { KafkaConfig } from '../../../src/platform/kafka/kafka-config.ts';
import { codeOf } from '../../support/code-of.ts';

const BROKERS = { KAFKA_BROKERS: 'one.example:9092, two.example:9093' };
const TENANT = '01900000-0000-7000-8000-00000000000a';
const INPUT = { KAFKA_IN_TOPIC: 'in', KAFKA_TENANTS: '*' };
const kafka = (env: Readonly<Record<string, string>>): KafkaConfig | undefined => loadConfig(env).kafka;

describe('the configuration of Kafka', () => {
  test('is off without brokers, whatever else is set', () => {
    expect(kafka({ KAFKA_IN_TOPIC: 'in', KAFKA_OUT_TOPIC: 'out' })).toBeUndefined();
  });

  test('does nothing but connect where no topic is named', () => {
    expect(kafka(BROKERS)).toEqual({
      brokers: ['one.example:9092', 'two.example:9093'],
      clientId: 'lethe',
      security: { tls: undefined, sasl: undefined },
      in: undefined,
      out: undefined,
      siemTopic: undefined,
    });
  });

  test('names the tenants that a topic may write for', () => {
    const named = { KAFKA_IN_TOPIC: 'in', KAFKA_TENANTS: ` ${TENANT.toUpperCase()} ,` };
    const source = kafka({ ...BROKERS, ...named })?.in;
    expect(source).toMatchObject({ topic: 'in', group: 'lethe', deadTopic: 'in.dead' });
    expect(source?.deadLifeMs).toBe(7 * 86_400_000);
    expect(source?.tenants?.has(TENANT)).toBe(true);
    expect(kafka({ ...BROKERS, KAFKA_IN_TOPIC: 'in', KAFKA_TENANTS: '*' })?.in?.tenants).toBeUndefined();
  });

  test('says how long published events stay in their topic', () => {
    expect(kafka({ ...BROKERS, KAFKA_OUT_TOPIC: 'out', KAFKA_OUT_RETENTION: 'P2D' })?.out).toEqual({
      topic: 'out',
      retentionMs: 2 * 86_400_000,
    });
  });

  test('keeps the password where it cannot be printed', () => {
    const login = { KAFKA_SASL: 'scram-sha-512', KAFKA_USERNAME: 'lethe', KAFKA_PASSWORD: 'hunter2' };
    const config = kafka({ ...BROKERS, ...login, KAFKA_TLS: 'true', KAFKA_TLS_CA: '/ca.pem' });
    expect(config?.security.tls).toEqual({ ca: '/ca.pem', cert: undefined, key: undefined });
    expect(config?.security.sasl?.password.reveal().toString()).toBe('hunter2');
    expect(JSON.stringify(config)).not.toContain('hunter2');
  });

  test.each([
    ['a topic that anybody could write any tenant to', { KAFKA_IN_TOPIC: 'in' }],
    ['a tenant by another name than its id', { KAFKA_IN_TOPIC: 'in', KAFKA_TENANTS: 'neuralseek' }],
    ['a broker without a port', { KAFKA_BROKERS: 'one.example' }],
    ['a topic that no broker takes', { KAFKA_OUT_TOPIC: 'a topic' }],
    ['a certificate without its key', { KAFKA_TLS: 'true', KAFKA_TLS_CERT: '/cert.pem' }],
    ['a certificate for a connection in clear', { KAFKA_TLS_CA: '/ca.pem' }],
    ['a login without a mechanism', { KAFKA_USERNAME: 'lethe', KAFKA_PASSWORD: 'hunter2' }],
    ['a login without a password', { KAFKA_SASL: 'plain', KAFKA_USERNAME: 'lethe' }],
    ['a mechanism that is not known', { KAFKA_SASL: 'gssapi' }],
    ['a life of dead letters that is none', { KAFKA_DEAD_LIFE: 'seven days' }],
    ['dead letters in the topic that is read', { ...INPUT, KAFKA_DEAD_TOPIC: 'in' }],
    ['events published to the topic that is read', { ...INPUT, KAFKA_OUT_TOPIC: 'in' }],
    ['events published among the dead letters', { ...INPUT, KAFKA_OUT_TOPIC: 'in.dead' }],
    ['two ways of publishing in one topic', { KAFKA_OUT_TOPIC: 'out', KAFKA_SIEM_TOPIC: 'out' }],
  ])('refuses %s', (_, env) => {
    expect(codeOf(() => kafka({ ...BROKERS, ...env }))).toBe('config-invalid');
  });
});
