import { SEALED_TEXT, TacetError } from '@tacet/records';
import type { Query } from '@tacet/search/query';
import { type Place, withApi } from '../api.ts';
import { type Io, STATUS } from '../io.ts';
import { placeAndRange } from '../searching/range.ts';
import { type ReadingOptions, withReading } from '../searching/reading.ts';
import { reporter } from '../searching/reporter.ts';
import { instantText, momentText } from '../searching/show.ts';
import { factsOf, Inventory, type Listed } from '../secrets/inventory.ts';
import { kindsIn } from '../secrets/kinds.ts';
import { table } from '../terminal/table.ts';
import { countText } from '../terminal/text.ts';

export interface SecretsOptions extends ReadingOptions {
  service?: string;
  kind?: string;
  /** Kinds and numbers only, by what is in the clear. */
  kinds?: boolean;
}

const SHOWN_SERVICES = 3;
const SHOWN_DIGITS = 12;

/** `tacet secrets`: the distinct secrets that were cut out, by opening the segments that have some. */
export async function secrets(options: SecretsOptions, io: Io): Promise<number> {
  const { kind, service } = options;
  const json = options.json === true;
  if (kind !== undefined && !/^[a-z0-9-]{1,64}$/.test(kind))
    throw new TacetError('USAGE', '--kind takes a kind such as openai-api-key: see tacet secrets --kinds');
  if (options.kinds) return listKinds(options, io);
  const of: Query[] = [
    kind === undefined ? { type: 'exists', field: 'secrets' } : { type: 'is', field: 'secrets', value: kind },
  ];
  if (service !== undefined) of.push({ type: 'is', field: 'service', value: service });
  return withReading(options, io, async (reading) => {
    const report = await reporter(io, json, { title: 'reading', always: true });
    const wishes = {
      limit: Number.POSITIVE_INFINITY,
      onProgress: report.progress,
      onProblem: report.problem,
    };
    const run = reading.search({ type: 'and', of }, wishes);
    const inventory = new Inventory();
    try {
      for await (const { event } of run) inventory.add(event, kind);
    } finally {
      report.stop();
    }
    const listed = inventory.list();
    io.stdout.write(json ? listed.map(lineOf).join('') : tableOf(listed));
    const { problems, complete, shown } = run.summary;
    if (!json)
      io.stderr.write(`tacet: ${countText(listed.length, 'secret')} in ${countText(shown, 'event')}\n`);
    if (inventory.beyond > 0) {
      const warning = `${inventory.beyond} more are not told apart: narrow it by --from, --to, --service or --kind`;
      io.stderr.write(json ? `${JSON.stringify({ warning })}\n` : `tacet: ${warning}\n`);
    }
    return problems.length > 0 || !complete ? STATUS.problem : STATUS.done;
  });
}

function lineOf({ services, ...listed }: Listed): string {
  return inJson({ ...listed, services: [...services].sort() });
}

function inJson<T extends { first: bigint; last: bigint }>({ first, last, ...rest }: T): string {
  return `${JSON.stringify({ ...rest, first: instantText(first), last: instantText(last) })}\n`;
}

function minuteText(time: bigint): string {
  return momentText(time).slice(0, 16);
}

function tableOf(listed: readonly Listed[]): string {
  const rows = listed.map(
    ({ severity, kind, fingerprint, count, first, last, services, provider, revoke }) => [
      severity,
      kind,
      fingerprint?.slice(0, SHOWN_DIGITS) ?? '(guessable)',
      `${count}`,
      minuteText(first),
      minuteText(last),
      servicesText([...services].sort()),
      provider,
      revoke,
    ],
  );
  const headings = [
    'SEVERITY',
    'KIND',
    'FINGERPRINT',
    'TIMES',
    'FIRST',
    'LAST',
    'SERVICES',
    'PROVIDER',
    'REVOKE',
  ];
  return table(headings, rows);
}

function servicesText(services: readonly string[]): string {
  const more = services.length - SHOWN_SERVICES;
  return `${services.slice(0, SHOWN_SERVICES).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Kinds, how many events have one and since when, without a key and a purpose. */
async function listKinds(options: SecretsOptions, io: Io): Promise<number> {
  if (options.service !== undefined || options.kind !== undefined)
    throw new TacetError('USAGE', '--kinds counts all of them: --service and --kind are for readers');
  const { place, range } = placeAndRange(options);
  const { tokenFile } = options;
  const at: Place = { ...place, ...(tokenFile !== undefined && { tokenFile }) };
  const found = await withApi(at, 'reader', io, (api) => kindsIn(api, range));
  const sealed = found.find(({ kind }) => kind === SEALED_TEXT);
  const kinds = found.filter((one) => one !== sealed).map((one) => ({ ...one, ...factsOf(one.kind) }));
  if (options.json) io.stdout.write(kinds.map(inJson).join(''));
  else {
    const rows = kinds.map(({ severity, kind, events, first, last, provider, revoke }) => [
      severity,
      kind,
      `${events}`,
      minuteText(first),
      minuteText(last),
      provider,
      revoke,
    ]);
    io.stdout.write(table(['SEVERITY', 'KIND', 'EVENTS', 'FIRST', 'LAST', 'PROVIDER', 'REVOKE'], rows));
    if (found.length === 0) io.stderr.write('tacet: no secrets were cut out in this range\n');
  }
  if (sealed) {
    const warning = `of ${countText(sealed.events, 'event')} the policy seals which kinds they had, if any`;
    io.stderr.write(options.json ? `${JSON.stringify({ warning })}\n` : `tacet: ${warning}\n`);
  }
  return STATUS.done;
}
