import {
  isKind,
  type Anomaly,
  type AnomalyKind,
  type Append,
  type Deletion,
  type History,
  type Listing,
  type Read,
} from './operations.ts';

interface Known {
  readonly appends: ReadonlyMap<string, Append>;
  readonly deletions: ReadonlyMap<string, Deletion>;
  readonly bySubject: ReadonlyMap<string, readonly Append[]>;
}

/** Whether each read shows what it must and nothing that it must not, by what was acknowledged before it began. */
export function checkReads({ operations }: History): Anomaly[] {
  const appends = operations.filter(isKind('append'));
  const known: Known = {
    appends: new Map(appends.map(append => [append.asset, append])),
    bySubject: Map.groupBy(appends, ({ subject }) => subject),
    deletions: new Map(operations.filter(isKind('deletion')).map(deletion => [deletion.asset, deletion])),
  };
  const reads = operations.filter(isKind('read'));
  return [
    ...reads.flatMap(read => wrongRead(known, read)),
    ...operations.filter(isKind('listing')).flatMap(listing => wrongListing(known, listing)),
    ...reappeared(reads),
  ];
}

function wrongRead(known: Known, read: Read): Anomaly[] {
  const { asset, shown, client } = read;
  if (shown === undefined) {
    return mustShow(known, asset, read) ? [anomaly('vanished', asset, `${client} read nothing`)] : [];
  }
  const written = known.appends.get(asset)?.content;
  if (shown !== written) return [anomaly('phantom', asset, `${client} read what nobody wrote there`)];
  return mustHide(known, asset, read)
    ? [anomaly('visible-after-deletion', asset, `${client} read its content`)]
    : [];
}

function wrongListing(known: Known, listing: Listing): Anomaly[] {
  const { client, subject } = listing;
  const shown = new Set(listing.shown);
  const missing = (known.bySubject.get(subject) ?? []).filter(
    ({ asset }) => !shown.has(asset) && mustShow(known, asset, listing),
  );
  return [
    ...missing.map(({ asset }) => anomaly('vanished', asset, `${client} was listed nothing of it`)),
    ...[...shown].flatMap(asset => wronglyListed(known, asset, listing)),
    ...(shown.size === listing.shown.length
      ? []
      : [anomaly('doubled', subject, `${client} was listed twice`)]),
  ];
}

function wronglyListed(known: Known, asset: string, { client, subject, ...span }: Listing): Anomaly[] {
  const append = known.appends.get(asset);
  if (append?.subject !== subject)
    return [anomaly('phantom', asset, `${client} was listed it as ${subject}’s`)];
  return mustHide(known, asset, span)
    ? [anomaly('visible-after-deletion', asset, `${client} was listed it`)]
    : [];
}

type Times = Pick<Read, 'begun' | 'ended'>;

/** Acknowledged before the read began, and nobody had asked for its deletion when the read ended. */
function mustShow({ appends, deletions }: Known, asset: string, { begun, ended }: Times): boolean {
  const append = appends.get(asset);
  if (append === undefined || append.ended >= begun) return false;
  return (deletions.get(asset)?.begun ?? Number.POSITIVE_INFINITY) > ended;
}

const mustHide = ({ deletions }: Known, asset: string, { begun }: Times): boolean =>
  (deletions.get(asset)?.ended ?? Number.POSITIVE_INFINITY) < begun;

/** Who was shown an asset and then nothing of it has seen its deletion: no read that begins later shows it again. */
function reappeared(reads: readonly Read[]): Anomaly[] {
  const firstShown = new Map<string, number>();
  for (const { asset, shown, ended } of reads)
    if (shown !== undefined) firstShown.set(asset, Math.min(firstShown.get(asset) ?? ended, ended));
  const gone = new Map<string, number>();
  for (const { asset, shown, begun, ended } of reads) {
    const wasThere = (firstShown.get(asset) ?? Number.POSITIVE_INFINITY) < begun;
    if (shown === undefined && wasThere) gone.set(asset, Math.min(gone.get(asset) ?? ended, ended));
  }
  return reads
    .filter(({ asset, shown, begun }) => shown !== undefined && (gone.get(asset) ?? begun) < begun)
    .map(({ asset, client }) => anomaly('reappeared', asset, `${client} read it after it was gone`));
}

const anomaly = (kind: AnomalyKind, of: string, why: string): Anomaly => ({ kind, of, why });
