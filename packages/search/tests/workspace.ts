import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Policy, type Principal } from '@tacet/access';
import { clearColumns, clearFacts, type Event, encodeRow, TacetError } from '@tacet/records';
import {
  type Authority,
  type Founded,
  foundWorkspace,
  type SealedSegment,
  tokensOfEvent,
  trapdoor,
  verifyAuthority,
  type WriterCredential,
  WriterSession,
} from '@tacet/seal';
import {
  type ControlStore,
  createShareKeyFile,
  type LogStore,
  openControlEmbedded,
  openEmbedded,
  type SegmentRow,
} from '@tacet/store';
import { Hono } from 'hono';
import { httpSearchServer, type SearchServer } from '../src/client/index.ts';
import { type ReadingEntry, SearchService, searchRoutes } from '../src/server/index.ts';

/** A trail in memory that can be made to fail. */
export class MemoryTrail {
  readonly entries: ReadingEntry[] = [];

  failing = false;

  get releases(): ReadingEntry[] {
    return this.entries.filter(({ kind }) => kind === 'release');
  }

  async append(entry: ReadingEntry): Promise<void> {
    if (this.failing) throw new Error('no space left on device');
    this.entries.push(entry);
  }
}

/** The real stores in a temporary directory, one server over them for every workspace. */
export class Stage {
  readonly logs: LogStore;
  readonly control: ControlStore;
  readonly trail = new MemoryTrail();
  readonly app: Hono;
  /** What clients sent: address, headers and body of every request. */
  readonly sent: string[] = [];
  readonly #directory: string;
  readonly #tokens = new Map<string, Principal>();

  private constructor(directory: string, logs: LogStore, control: ControlStore, policy: Policy) {
    this.#directory = directory;
    this.logs = logs;
    this.control = control;
    const service = new SearchService({
      logs,
      control,
      trail: this.trail,
      policy,
      readings: { admit: async () => {} },
    });
    this.app = new Hono();
    this.app.onError((error, c) => {
      if (!(error instanceof TacetError)) throw error;
      return c.json({ error: { code: error.code, message: error.message } }, error.status as 400);
    });
    const routes = searchRoutes(service, (c) => {
      const principal = this.#tokens.get(c.req.header('authorization')?.replace('Bearer ', '') ?? '');
      if (!principal) throw new TacetError('TOKEN_INVALID', 'this token is not known');
      const purpose = decodeURIComponent(c.req.header('tacet-purpose') ?? '');
      return purpose === '' ? principal : { ...principal, purpose };
    });
    this.app.route('/', routes);
  }

  static async open(): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'tacet-search-'));
    const shareKeyFile = join(directory, 'share.key');
    createShareKeyFile(shareKeyFile);
    const logs = await openEmbedded({ path: join(directory, 'logs') });
    const control = await openControlEmbedded({ path: join(directory, 'control'), shareKeyFile });
    return new Stage(directory, logs, control, await Policy.load());
  }

  async close(): Promise<void> {
    await this.logs.close();
    await this.control.close();
    await rm(this.#directory, { recursive: true, force: true });
  }

  async found(workspace: string, now: number): Promise<Workspace> {
    const founded = await foundWorkspace({ workspace, now });
    for (const kind of ['root', 'operations', 'epochs', 'writers', 'grants'] as const)
      for (const body of founded.authority[kind]) await this.control.appendRecord(workspace, kind, body);
    const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
    return new Workspace(this, workspace, founded, authority, now);
  }

  /** The same workspace with records that were added since it was founded. */
  async renewed({ name, founded, now }: Workspace): Promise<Workspace> {
    const authority = await verifyAuthority(founded.authority, { rootHash: founded.rootHash });
    return new Workspace(this, name, founded, authority, now);
  }

  /** A server as a reader of `workspace` sees it; `role` for tokens of another role. */
  server(workspace: string, role: 'reader' | 'ingest' = 'reader'): SearchServer {
    const token = `token-${this.#tokens.size}`;
    this.#tokens.set(token, { type: 'token', id: token, role, workspace });
    return httpSearchServer({
      url: 'http://tacet.test',
      token,
      fetch: async (request) => {
        this.sent.push([request.url, ...request.headers.values(), await request.clone().text()].join('\n'));
        return this.app.fetch(request);
      },
    });
  }
}

interface WriteOptions {
  supersedes?: Uint8Array[];
  unfiltered?: boolean;
  tamper?: (sealed: SealedSegment) => void;
}

/** One workspace and its writer. */
export class Workspace {
  readonly name: string;
  readonly founded: Founded;
  readonly authority: Authority;
  now: number;
  readonly #stage: Stage;

  constructor(stage: Stage, name: string, founded: Founded, authority: Authority, now: number) {
    this.#stage = stage;
    this.name = name;
    this.founded = founded;
    this.authority = authority;
    this.now = now;
  }

  async session(writer: WriterCredential = this.founded.writer): Promise<WriterSession> {
    const { name, authority, now } = this;
    const session = await WriterSession.start({ workspace: name, authority, writer, now });
    await this.#stage.control.addSession({
      id: session.id,
      workspace: name,
      epoch: session.epoch,
      record: session.record,
    });
    return session;
  }

  /** Seals events into one segment and stores it. */
  async write(session: WriterSession, events: Event[], options: WriteOptions = {}): Promise<SealedSegment> {
    const sealed = await this.seal(session, events, options);
    await this.store([sealed]);
    return sealed;
  }

  async seal(session: WriterSession, events: Event[], options: WriteOptions = {}): Promise<SealedSegment> {
    const { indexKey } = session.advance(this.now);
    const tokens = new Map<string, Uint8Array>();
    const clear = clearColumns(events.map((event) => clearFacts(event, Math.random)));
    for (const event of events) {
      tokensOfEvent(event, (field, token) => {
        const key = JSON.stringify([field, token]);
        if (!tokens.has(key)) tokens.set(key, trapdoor(indexKey, field, token));
      });
    }
    const sealed = await session.seal({
      rows: new TextEncoder().encode(events.map(encodeRow).join('\n')),
      count: events.length,
      clear,
      timeMin: Math.min(...clear.time),
      timeMax: Math.max(...clear.time),
      share: crypto.getRandomValues(new Uint8Array(32)),
      trapdoors: options.unfiltered ? new Uint8Array() : new Uint8Array(Buffer.concat([...tokens.values()])),
      unfiltered: options.unfiltered ?? false,
      supersedes: options.supersedes ?? [],
    });
    options.tamper?.(sealed);
    return sealed;
  }

  /** Stores segments as a gateway does: period and share first. */
  async store(segments: SealedSegment[]): Promise<void> {
    const { control, logs } = this.#stage;
    const rows: SegmentRow[] = [];
    for (const sealed of segments) {
      const { id, session, period, count, timeMin, timeMax, number } = sealed;
      const { header, salt, commitment, signature, ciphertext, filter, clear, supersedes } = sealed;
      const periodNo = await control.allotPeriod(session, period, Math.floor(this.now / 1000));
      await control.widenPeriod(this.name, periodNo, timeMin, timeMax);
      const place = { id, workspace: this.name, periodNo, number, receivedDay: 20_000 };
      const parts = { header, salt, commitment, signature, ciphertext, filter, clear };
      rows.push({ ...place, count, timeMin, timeMax, ...parts, supersedes, batches: [] });
    }
    await control.addShares(
      rows.map(({ id, workspace, periodNo }, i) => ({
        segment: id,
        workspace,
        periodNo,
        share: segments[i]!.share,
      })),
    );
    await logs.insert(rows);
  }
}
