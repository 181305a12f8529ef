import type { ErasureCertificate, ErasureReceipt } from '../domain/certificate/schemas.ts';
import { CAUSE_WORDS, GROUND_WORDS, STATE_WORDS, storeWords } from './erasure-words.ts';
import type { Block, Fact, ReportDocument, Section } from './report-document.ts';

const NOT_YET = 'not yet';
/** 2026-11-21 10:00:00 UTC */
const moment = (text: string | null, otherwise: string): string =>
  text === null ? otherwise : `${text.slice(0, 19).replace('T', ' ')} UTC`;

type Said = Pick<ReportDocument, 'summary' | 'sections'>;

const aboutRequest = (document: ErasureReceipt | ErasureCertificate): Fact[] => [
  { name: 'Request', value: document.request },
  {
    name: 'Asked for',
    value: document.scope === 'account' ? 'the account and everything in it' : 'one asset',
  },
  { name: 'Cause', value: document.cause === null ? 'not recorded' : CAUSE_WORDS[document.cause] },
  { name: 'Requested at', value: moment(document.requestedAt, '') },
  { name: 'Hidden at', value: moment(document.hiddenAt, NOT_YET) },
];

/** What a receipt says on paper. */
export function receiptSections(receipt: ErasureReceipt): Said {
  const { eraseBy, remains } = receipt;
  const left = remains.filter(({ erasedAt }) => erasedAt === null).length;
  return {
    summary: {
      text:
        left === 0
          ? 'The request is accepted and nothing is left to erase; ask for the certificate.'
          : `The request is accepted. What it covers is out of everybody’s sight; ${left === 1 ? 'one sealed copy remains' : `${left} sealed copies remain`} until ${moment(eraseBy, 'a date that is not fixed yet')}.`,
      facts: [
        ...aboutRequest(receipt),
        { name: 'State', value: STATE_WORDS[receipt.state] },
        { name: 'Erased by', value: moment(eraseBy, NOT_YET) },
      ],
    },
    sections: [
      {
        title: 'What remains, and why',
        blocks: [
          {
            kind: 'table',
            columns: [
              { title: 'Asset', weight: 2 },
              { title: 'Ground' },
              { title: 'Erased by', weight: 1.5 },
              { title: 'Erased at', weight: 1.5 },
            ],
            rows: remains.map(row => [
              row.asset,
              GROUND_WORDS[row.ground],
              moment(row.eraseBy, NOT_YET),
              moment(row.erasedAt, NOT_YET),
            ]),
            empty: 'Nothing is under the request yet.',
          },
        ],
      },
      evidenceSection(receipt),
    ],
  };
}

/** What a certificate says on paper: the fields of NIST SP 800-88 Rev. 2 among them. */
export function certificateSections(certificate: ErasureCertificate): Said {
  const { erasedAt, beyondBackupAt, erased, sanitization, stores, recipients } = certificate;
  const keys = erased.reduce((sum, row) => sum + row.keys.length, 0);
  return {
    summary: {
      text: `${keys === 1 ? 'One data key was' : `${keys} data keys were`} destroyed; what ${keys === 1 ? 'it' : 'they'} protected cannot be read by anybody. ${beyondBackupAt === null ? 'Backups made before that date are closed with the next horizon, which has not been reached yet.' : 'No backup can bring it back.'}`,
      facts: [
        ...aboutRequest(certificate),
        { name: 'Erased at', value: moment(erasedAt, '') },
        { name: 'Beyond backup at', value: moment(beyondBackupAt, NOT_YET) },
        { name: 'Certificate', value: certificate.certificate },
      ],
    },
    sections: [
      { title: 'Keys destroyed', blocks: [keysTable(erased)] },
      {
        title: 'Certificate of sanitization (NIST SP 800-88 Rev. 2)',
        blocks: [sanitizationFacts(sanitization)],
      },
      {
        title: 'Stores reached',
        blocks: [
          {
            kind: 'table',
            columns: [
              { title: 'Store' },
              { title: 'What remains', weight: 2 },
              { title: 'Closed', weight: 1.2 },
              { title: 'How', weight: 2.4 },
            ],
            rows: stores.map(({ store, remains, until, how }) => [
              storeWords(store),
              remains,
              moment(until, NOT_YET),
              how,
            ]),
            empty: '',
          },
        ],
      },
      {
        title: 'Recipients (GDPR Art. 19)',
        blocks: [
          {
            kind: 'table',
            columns: [{ title: 'Recipient', weight: 2 }, { title: 'Region' }, { title: 'Told at' }],
            rows: recipients.map(({ name, region, toldAt }) => [
              name,
              region ?? '–',
              moment(toldAt, 'by the organisation'),
            ]),
            empty: 'The policy in force at the request names no recipient.',
          },
        ],
      },
      evidenceSection(certificate),
    ],
  };
}

const keysTable = (erased: ErasureCertificate['erased']): Block => ({
  kind: 'table',
  columns: [
    { title: 'Of', weight: 1.8 },
    { title: 'Keys', weight: 2 },
    { title: 'Epoch', align: 'right', weight: 0.6 },
    { title: 'Destroyed at', weight: 1.4 },
    { title: 'Leaf', align: 'right', weight: 0.6 },
  ],
  rows: erased.map(({ asset, keys, epoch, erasedAt, logIndex }) => [
    asset ?? 'profile and directory entry',
    keys.join(' ') || 'none was ever made',
    epoch === null ? '–' : String(epoch),
    moment(erasedAt, ''),
    String(logIndex),
  ]),
  empty: 'The account held nothing.',
});

const sanitizationFacts = (said: ErasureCertificate['sanitization']): Block => ({
  kind: 'facts',
  facts: [
    { name: 'Media', value: said.media },
    { name: 'Location', value: said.location },
    { name: 'Confidentiality before', value: said.preSanitizationCategory },
    { name: 'Method and technique', value: `${said.method}, ${said.technique}` },
    { name: 'Algorithm', value: said.algorithm },
    { name: 'Tool', value: `${said.tool.name} ${said.tool.version}` },
    { name: 'Verification', value: said.verification },
    { name: 'Performed by', value: said.performedBy },
    { name: 'Date', value: moment(said.sanitizedAt, '') },
    { name: 'State afterwards', value: said.postState },
  ],
});

const evidenceSection = ({ evidence, checkpoint }: ErasureReceipt | ErasureCertificate): Section => ({
  title: 'Evidence',
  blocks: [
    {
      kind: 'paragraph',
      text: `The JSON form of this document holds ${evidence.length === 1 ? 'one event' : `${evidence.length} events`} of the log word by word, leaves ${evidence.map(({ index }) => index).join(', ') || 'none'}, each with an inclusion proof to this signed checkpoint:`,
    },
    { kind: 'paragraph', text: checkpoint.trim() },
  ],
});
