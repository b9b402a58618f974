import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkPurpose } from '@tacet/access';
import { codeOf, TacetError } from '@tacet/records';
import {
  type ApprovalText,
  type Authority,
  epochKey,
  type RequestText,
  type SignedText,
  type StatementKind,
  sealSubject,
  signStatement,
  toHex,
  verifyReceipt,
} from '@tacet/seal';
import { ERASURE_ROUTES, type ErasureMessage, toBase64 } from '@tacet/search/wire';
import { createPrivate } from '@tacet/server/directory';
import { ErasingDesk, type ErasingOptions } from '../erasing/desk.ts';
import { find, rewrite } from '../erasing/rewrite.ts';
import { parseSubject, type Subject } from '../erasing/subject.ts';
import { type Io, STATUS } from '../io.ts';
import { askLine } from '../terminal/ask.ts';
import { progressBar } from '../terminal/progress.ts';
import { countText, harmless } from '../terminal/text.ts';

export interface EraseOptions extends ErasingOptions {
  subject?: string[];
  purpose?: string;
  receipt?: string;
}

/** Rows that may come until an approval is used: so many, or a tenth. */
const MARGIN = 100;
const POLL_MS = 1_000;
/** The engine deletes replaced files within a minute; a machine that sleeps takes longer. */
const PATIENCE_MS = 15 * 60_000;

/**
 * `tacet erase`: asks for an erasure, or goes on with the one that was asked for. Run again until it has
 * written the receipt.
 */
export async function erase(options: EraseOptions, io: Io): Promise<number> {
  const purpose = checkPurpose(options.purpose);
  const subject = parseSubject(options.subject ?? []);
  const desk = await ErasingDesk.open(options, purpose, io);
  try {
    const authority = await desk.requireCapability();
    const erasure = (await openErasure(desk, subject, authority)) ?? (await ask(desk, subject, authority));
    if (!erasure)
      return say(io, options, { state: 'nothing', rows: 0 }, ['No rows: there is nothing to erase.']);
    if (erasure.state === 'requested') return waiting(erasure, options, io);
    const problems = erasure.state === 'approved' ? await seal(desk, erasure.id, subject, authority, io) : 0;
    const done = await finish(desk, erasure.id, io);
    const file = resolve(options.receipt ?? `erasure-${erasure.id.slice(0, 8)}.receipt.json`);
    const text = `${JSON.stringify(done.receipt, null, 2)}\n`;
    const { rows, segments, backups } = await verifyReceipt(text, desk.rootHash);
    await createPrivate(file, text);
    say(io, options, { state: 'done', id: erasure.id, rows, segments, receipt: file }, [
      `Gone for good: ${countText(rows, 'row')} in ${countText(segments, 'segment')}.`,
      `Backups of the log database forget since ${backups.logDatabase}, of the control records since ${backups.controlRecords}.`,
      `The receipt, which says what it could not reach too: ${file}`,
    ]);
    return problems > 0 ? STATUS.problem : STATUS.done;
  } finally {
    await desk.close();
  }
}

function say(io: Io, { json }: { json?: boolean }, facts: object, lines: readonly string[]): number {
  io.stdout.write(json ? `${JSON.stringify(facts)}\n` : `${lines.join('\n')}\n`);
  return STATUS.done;
}

/** This person's erasure of the subject that is not done yet. */
async function openErasure(
  desk: ErasingDesk,
  subject: Subject,
  authority: Authority,
): Promise<ErasureMessage | undefined> {
  const mine = toBase64(desk.identity.signing.publicKey);
  for (const erasure of await desk.erasures()) {
    if (erasure.state === 'done' || erasure.request.key !== mine) continue;
    const text = await desk.subjectOf(erasure, authority).catch((error) => {
      if (codeOf(error) === undefined) throw error;
      return undefined;
    });
    if (text === subject.text) return erasure;
  }
  return undefined;
}

async function signed(
  kind: StatementKind,
  text: RequestText | ApprovalText,
  desk: ErasingDesk,
): Promise<SignedText> {
  const json = JSON.stringify(text);
  const { key, signature } = await signStatement(kind, json, desk.identity.signing.seed);
  return { text: json, key: toBase64(key), signature: toBase64(signature) };
}

async function ask(
  desk: ErasingDesk,
  subject: Subject,
  authority: Authority,
): Promise<ErasureMessage | undefined> {
  const { rows, segments } = await find(desk, subject);
  if (rows === 0) return undefined;
  const epoch = authority.epochs.at(-1)!;
  const seed = await epochKey(desk.identity, authority, epoch);
  const { tag, sealed } = await sealSubject(seed, authority.workspace, subject.text);
  const request: RequestText = {
    kind: 'tacet erasure request',
    workspace: authority.workspace,
    tag: toHex(tag),
    epoch: epoch.number,
    fields: subject.fields,
    rows,
    segments: segments.length,
    atMost: rows + Math.max(MARGIN, Math.ceil(rows / 10)),
    time: new Date().toISOString(),
  };
  return desk.api<ErasureMessage>(ERASURE_ROUTES.erasures, {
    request: await signed('erasure-request', request, desk),
    sealed: toBase64(sealed),
  });
}

function waiting({ id, request }: ErasureMessage, options: EraseOptions, io: Io): number {
  const { rows, segments, atMost } = JSON.parse(request.text) as RequestText;
  const where = options.to === undefined ? `--dir ${options.dir}` : `--to ${options.to}`;
  return say(io, options, { state: 'requested', id, rows, segments }, [
    `${countText(rows, 'row')} in ${countText(segments, 'segment')} would go; nothing has gone yet.`,
    `A second person has to agree (to at most ${atMost} rows), with an identity and a token of their own:`,
    '',
    `  tacet erase approve ${id} ${where} --purpose "…"`,
    '',
    'Then run the same command again.',
  ]);
}

/** Seals again what stays; gives how many segments could not be looked into. */
async function seal(
  desk: ErasingDesk,
  id: string,
  subject: Subject,
  authority: Authority,
  io: Io,
): Promise<number> {
  const bar = await progressBar(io.stderr, 'sealing again', 0, (segments) => `${segments} segments`);
  const problems = await rewrite(desk, id, subject, {
    authority,
    progress: (segments) => bar.update(segments, ''),
  }).finally(() => bar.stop());
  for (const { code, message, segment, session } of problems) {
    const where = segment ? ` (segment ${segment})` : session ? ` (session ${session})` : '';
    io.stderr.write(`tacet: not looked into: ${code}: ${harmless(message)}${where}\n`);
  }
  return problems.length;
}

/** Waits until the server has nothing of the old segments left. Throws STORE_UNAVAILABLE after a while. */
async function finish(desk: ErasingDesk, id: string, io: Io): Promise<ErasureMessage> {
  let told = false;
  for (const started = Date.now(); Date.now() - started < PATIENCE_MS; ) {
    const erasure = await desk.api<ErasureMessage>(ERASURE_ROUTES.finish, { id });
    if (erasure.receipt) return erasure;
    if (!told && io.stderr.isTTY) io.stderr.write('tacet: waiting until the old files are deleted\n');
    told = true;
    await sleep(POLL_MS, undefined, { signal: io.stop });
  }
  throw new TacetError('STORE_UNAVAILABLE', 'old files are still there: run the command again later');
}

export interface ApproveOptions extends ErasingOptions {
  purpose?: string;
  yes?: boolean;
}

/** `tacet erase approve`: shows what would go, and agrees. */
export async function approve(id: string, options: ApproveOptions, io: Io): Promise<number> {
  const purpose = checkPurpose(options.purpose);
  const desk = await ErasingDesk.open(options, purpose, io);
  try {
    const erasure = (await desk.erasures()).find((one) => one.id === id);
    if (!erasure) throw new TacetError('ERASURE_UNKNOWN', 'there is no such erasure');
    if (erasure.state !== 'requested')
      throw new TacetError('ERASURE_INVALID', 'this erasure does not wait for an approval');
    const authority = await desk.authority();
    const subject = await desk.subjectOf(erasure, authority);
    const { rows, atMost } = JSON.parse(erasure.request.text) as RequestText;
    if (!options.yes) await confirm(`${subject}\n${countText(rows, 'row')}, at most ${atMost}`, io);
    const approval: ApprovalText = {
      kind: 'tacet erasure approval',
      workspace: authority.workspace,
      erasure: id,
      request: createHash('sha256').update(erasure.request.text).digest('hex'),
      time: new Date().toISOString(),
    };
    await desk.api(ERASURE_ROUTES.approve, {
      id,
      approval: await signed('erasure-approval', approval, desk),
    });
    return say(io, options, { state: 'approved', id, subject: subject.split('\n') }, [
      `Approved: ${harmless(subject.replaceAll('\n', ', '))}. Whoever asked runs their command again.`,
    ]);
  } finally {
    await desk.close();
  }
}

async function confirm(what: string, io: Io): Promise<void> {
  if (!io.stdin.isTTY) throw new TacetError('USAGE', 'say --yes to agree without being asked');
  io.stderr.write(`${what.split('\n').map(harmless).join('\n')}\n`);
  const answer = await askLine(io, 'Erase these rows for good? (yes/no)');
  if (!/^y(es)?$/i.test(answer.trim()))
    throw new TacetError('APPROVAL_NEEDED', 'not approved: nothing is erased');
}

/** `tacet erase list`: erasures and what became of them. */
export async function listErasures(options: ApproveOptions, io: Io): Promise<number> {
  const desk = await ErasingDesk.open(options, 'list of erasures', io);
  try {
    const authority = await desk.authority();
    for (const erasure of await desk.erasures()) {
      const { id, state, rows, request } = erasure;
      const asked = JSON.parse(request.text) as RequestText;
      const subject =
        erasure.sealed === undefined
          ? undefined
          : await desk.subjectOf(erasure, authority).catch(() => undefined);
      const facts = {
        id,
        state,
        asked: asked.time,
        rows: state === 'requested' ? asked.rows : rows,
        subject,
      };
      io.stdout.write(
        options.json
          ? `${JSON.stringify(facts)}\n`
          : `${id}  ${state.padEnd(9)}  ${asked.time.slice(0, 16)}  ${countText(facts.rows, 'row')}  ${harmless(subject?.replaceAll('\n', ', ') ?? '')}\n`,
      );
    }
    return STATUS.done;
  } finally {
    await desk.close();
  }
}
