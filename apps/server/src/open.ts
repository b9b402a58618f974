import { randomBytes } from 'node:crypto';
import { Policy } from '@tacet/access';
import { createDetector, type Detector } from '@tacet/detect';
import { type Accepted, Gateway } from '@tacet/gateway';
import { readOwnRules } from '@tacet/gateway/files';
import { DEFAULT_LIMITS } from '@tacet/receive';
import { decodeCredential } from '@tacet/seal';
import { openTrail, parseVerifierKey, removedEntries, type Trail, trailKey, WitnessFeed } from '@tacet/trail';
import { type App, type AppParts, buildApp } from './app.ts';
import { type Auditing, openAuditing } from './auditing/open.ts';
import { EpochWatch, loadAuthority, readRecords } from './authority.ts';
import { AuthorityChanges, dropShredded } from './authority-changes.ts';
import { readClearPolicy } from './directory/clear-policy.ts';
import { type Config, readConfig, readSecretFile } from './directory/config.ts';
import { type Layout, layoutOf } from './directory/layout.ts';
import { takeLock } from './directory/lock.ts';
import { readPolicies } from './directory/policies.ts';
import { readKeys } from './directory/secrets.ts';
import { Erased } from './erasing/erased.ts';
import { Erasures } from './erasing/erasures.ts';
import { FailureLog } from './failures.ts';
import { Gatekeeper } from './guard.ts';
import { ByteBudget } from './intake/budget.ts';
import { Intake } from './intake/intake.ts';
import { ResendRegister } from './intake/resends.ts';
import { createMetrics } from './metrics/metrics.ts';
import { firstOwner, type Link } from './people/links.ts';
import { peopleParts } from './people/people.ts';
import { Readings } from './people/readings.ts';
import { enterPolicy } from './policy-change.ts';
import { Retention } from './retention.ts';
import { SealedDesk } from './sealed/desk.ts';
import { refusals, sessionStarter } from './sessions.ts';
import { type SinkListener, StoreSink, sweepShares } from './sink.ts';
import { openStores, type Stores } from './stores.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const MINUTE_MS = 60_000;
/** Another server may have taken a new epoch in: one's own is noticed at once. */
const JOINT_LOOK_MS = 5_000;
/** Another writer's share may be this old, in seconds, and its segment still on the way. */
const JOINT_SWEEP_AGE = 3_600;
const MIB = 1024 * 1024;

export interface OpenOptions {
  directory: string;
  /** Milliseconds since 1970. */
  now?: () => number;
  /** Told of what a person should know and of internal failures; never content. */
  warn?: (text: string) => void;
  /** A proxy in front does TLS and checks names: any host name is answered. */
  behindProxy?: boolean;
  /** This server does TLS itself. */
  tls?: boolean;
  /** Under which address browsers reach it, instead of the one they ask for: `https://logs.example.com`. */
  publicUrl?: string;
  /** For tests: other stores than the settings name. */
  openStores?: (layout: Layout, config: Config) => Promise<Stores>;
}

/** A directory in use by this process: the same whether it listens or serves one command. */
export interface Server {
  /** Answers requests; needs no socket. */
  app: App;
  /** What the app was built of. */
  parts: AppParts;
  config: Config;
  layout: Layout;
  policy: Policy;
  gatekeeper: Gatekeeper;
  stores: Stores;
  trail: Trail;
  /** The way in for events; the gateway and its detector are built when first asked for. */
  intake(): Promise<Intake>;
  /** The gateway, once `intake` was called. */
  gateway(): Gateway | undefined;
  /** Audits of this installation and of others, and whom they tell. */
  auditing: Auditing;
  /** As long as nobody can sign in: a fresh one-time link for the first owner. */
  firstOwner(): Promise<Link | undefined>;
  /** Makes everything accepted durable, ends the session, closes the stores and gives the lock back. */
  close(): Promise<void>;
}

/**
 * Opens a directory: takes its lock, opens stores and trail, verifies the authority, and wires
 * receiving, sealing, storing and searching into one app. Throws DIRECTORY_MISSING,
 * STORE_VERSION_NEWER, CONFIG_INVALID, POLICY_INVALID, STORE_LOCKED, TRAIL_CORRUPT, and what stores and authority throw.
 */
export async function openServer(options: OpenOptions): Promise<Server> {
  const layout = layoutOf(options.directory);
  const config = await readConfig(layout);
  const opened: (() => Promise<void> | void)[] = [takeLock(layout.lock)];
  const close = async () => {
    let failure: unknown;
    // What was opened last is closed first; one that fails must not keep the others, or the lock.
    for (const step of opened.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        failure ??= error;
      }
    }
    if (failure) throw failure;
  };
  try {
    return { ...(await wire(layout, config, options, (step) => opened.push(step))), close };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

async function wire(
  layout: Layout,
  config: Config,
  options: OpenOptions,
  onClose: (step: () => Promise<void> | void) => void,
): Promise<Omit<Server, 'close'>> {
  const { workspace } = config;
  const now = options.now ?? Date.now;
  const warn = options.warn ?? (() => {});
  const rootHash = new Uint8Array(Buffer.from(config.rootHash, 'hex'));
  const policies = await readPolicies(layout);
  const policy = await Policy.load(policies);
  const { keys, writer } = await readKeys(layout);
  const clear = await readClearPolicy(layout.root);
  const ownRules = await readOwnRules(layout.root);
  const stores = await (options.openStores ?? openStores)(layout, config);
  onClose(async () => {
    await stores.control.close();
    await stores.log.close();
  });
  const log = await trailKey(keys.log, rootHash);
  const trail = await openTrail({ path: layout.trail, key: keys.trail, log });
  onClose(() => trail.close());
  await enterPolicy(policies, { workspace, control: stores.control, trail });
  const feeds = (config.witnesses ?? []).map(({ url, verifier }) => {
    const witness = { url, key: parseVerifierKey(verifier) };
    return new WitnessFeed({ trail, folder: layout.trail, witness, warn });
  });
  trail.onCheckpoint = () => {
    for (const feed of feeds) feed.notice();
  };
  onClose(async () => {
    await Promise.all(feeds.map((feed) => feed.close()));
  });
  let gateway: Gateway | undefined;
  const epochs = new EpochWatch({
    load: () => loadAuthority(stores.control, workspace, rootHash),
    now,
    warn,
    onNewEpoch: () => gateway?.rotate(),
  });
  await dropShredded(stores.control, await epochs.look());
  await sweepShares(stores.log, stores.control, stores.joint ? JOINT_SWEEP_AGE : 0, async (of, ids) => {
    for (const entry of removedEntries(of, 'server', 'not-stored', ids)) await trail.append(entry);
  });
  const failures = new FailureLog({ workspace, trail, now });
  const counting = setInterval(() => failures.flush().catch(() => {}), MINUTE_MS);
  counting.unref();
  onClose(() => {
    clearInterval(counting);
    return failures.flush();
  });

  let built: Detector | undefined;
  const detector = () => {
    built ??= createDetector({ fingerprintKey: keys.fingerprint, ...ownRules });
    return built;
  };
  const auditing = await openAuditing({
    ...{ layout, config, stores, policies, trail, detector, now, warn },
    key: keys.trail,
    trailKey: log.key,
  });
  onClose(() => auditing.outbox.close());
  onClose(() => auditing.selfAudit.stop());
  auditing.outbox.start();

  const budget = new ByteBudget((config.limits?.inFlightMegabytes ?? 256) * MIB);
  const metrics = createMetrics({
    inFlightBytes: () => budget.used,
    trailSize: () => trail.size,
    healthy: () => (gateway?.failing ? 0 : 1),
    certificateEnds: () => epochs.ends,
    openFindings: () => auditing.audits.lastOpen ?? {},
  });
  const resends = new ResendRegister<Accepted>();
  let restoring: Promise<ResendRegister<Accepted>> | undefined;
  const restore = async () => {
    const since = Math.floor((now() - 2 * HOUR_MS) / DAY_MS);
    resends.restore(await stores.log.batchesSince(workspace, since), now());
    return resends;
  };
  const register = () => {
    restoring ??= restore().catch((error) => {
      restoring = undefined;
      throw error;
    });
    return restoring;
  };
  const listener: SinkListener = {
    stored: (segments) => {
      metrics.segments.add(segments.length);
      for (const { batches } of segments) resends.stored(batches, now());
    },
    failed: (code) => metrics.commitFailures.add(1, code),
  };
  const erased = new Erased();
  const sinks = { workspace, ...stores, trail, erased, now, listener };
  const sink = new StoreSink(sinks);
  onClose(() => sink.close());
  const remote = new StoreSink(sinks);
  onClose(() => remote.close());
  const erasures = await Erasures.open({
    workspace,
    rootHash,
    ...stores,
    sink: remote,
    trail,
    erased,
    writer: await decodeCredential(writer),
    readRecords: () => readRecords(stores.control, workspace),
    now,
  });
  const keepDays = config.keep === undefined ? undefined : Number.parseInt(config.keep, 10);
  if (keepDays !== undefined) {
    const retention = new Retention({ workspace, keepDays, ...stores, trail, now, warn });
    retention.start();
    onClose(() => retention.stop());
  }
  const desk = new SealedDesk({
    workspace,
    ...stores,
    sink: remote,
    loadAuthority: () => loadAuthority(stores.control, workspace, rootHash),
    now,
    forked: async (facts) => {
      warn(`SESSION_FORKED: a writer went on twice; two segments stand in one place of ${facts.session}`);
      await trail.append({ kind: 'forked', workspace, actor: 'server', facts });
    },
  });
  const authority = new AuthorityChanges({
    workspace,
    rootHash,
    control: stores.control,
    trail,
    onChange: async () => {
      const { epochs: all } = await epochs.look();
      desk.forget();
      // What is on its way to a shredded epoch is stored first, so that its share is deleted too.
      if (all.some(({ shredded }) => shredded !== undefined)) await gateway?.flush();
    },
  });
  let starting: Promise<Intake> | undefined;
  let stopIntake: () => Promise<void> = async () => {};
  onClose(async () => {
    await starting?.catch(() => {});
    await stopIntake();
  });

  const startIntake = async (): Promise<Intake> => {
    const startSession = await sessionStarter({
      workspace,
      rootHash,
      ...stores,
      credential: writer,
      now,
      refused: refusals(trail, workspace, now),
    });
    const known = await register();
    const started = new Gateway({
      detector: detector(),
      startSession,
      sink,
      share: () => new Uint8Array(randomBytes(32)),
      clear,
      now,
    });
    gateway = started;
    // A store or trail that fails shows itself where it matters: nothing is taken or released.
    const timers = [
      setInterval(() => started.heartbeat().catch(() => {}), MINUTE_MS),
      setInterval(() => epochs.look().catch(() => {}), stores.joint ? JOINT_LOOK_MS : MINUTE_MS),
    ];
    for (const timer of timers) timer.unref();
    stopIntake = async () => {
      for (const timer of timers) clearInterval(timer);
      await started.close();
    };
    return new Intake({
      gateway: started,
      register: known,
      secret: keys.resend,
      budget,
      metrics,
      allow: (principal, services) =>
        policy.authorize(principal, 'ingest', { workspace }, { services }, now()),
      now,
    });
  };
  const intake = () => {
    // A failed start (a store that is down) is tried again by the next batch.
    starting ??= startIntake().catch((error) => {
      starting = undefined;
      throw error;
    });
    return starting;
  };
  const gatekeeper = new Gatekeeper({ workspace, policy, tokens: stores.control, now });
  const parts = {
    config,
    layout,
    policy,
    gatekeeper,
    stores,
    trail,
    authority,
    intake,
    gateway: () => gateway,
  };
  const bodyBytes = (config.limits?.bodyMegabytes ?? 64) * MIB;
  const limits = { ...DEFAULT_LIMITS, bodyBytes, decodedBytes: bodyBytes };
  const reach = {
    publicUrl: options.publicUrl,
    tls: options.tls === true,
    behindProxy: options.behindProxy === true,
  };
  const oidc = config.oidc && {
    ...config.oidc,
    clientSecret: await readSecretFile(layout, config.oidc.clientSecretFile),
    insecure: config.oidc.issuer.startsWith('http:'),
  };
  const people = peopleParts({ workspace, store: stores.control, trail, reach, oidc, now });
  const readings = new Readings({
    workspace,
    policy,
    store: stores.control,
    logs: stores.log,
    trail,
    key: keys.trail,
    now,
  });
  const appParts = {
    ...parts,
    ...people,
    ...auditing,
    readings,
    desk,
    erasures,
    failures,
    register,
    metrics,
    budget,
    limits,
    now,
    warn,
  };
  return {
    ...parts,
    app: buildApp(appParts),
    parts: appParts,
    auditing,
    firstOwner: () => firstOwner({ workspace, store: stores.control, trail, now }),
  };
}
