import type { PolicyFile } from '@tacet/access';
import type { Detector } from '@tacet/detect';
import type { Trail, VerifierKey } from '@tacet/trail';
import { AtRest } from '../at-rest.ts';
import { type Config, readSecretFile } from '../directory/config.ts';
import type { Layout } from '../directory/layout.ts';
import type { Stores } from '../stores.ts';
import { Audits } from './audits.ts';
import { Channels } from './channels.ts';
import { Outbox } from './outbox.ts';
import { Reports } from './reports.ts';
import { lookAtAccounts } from './self/accounts.ts';
import { SelfAudit } from './self/audit.ts';
import { lookAtClearColumns } from './self/clear.ts';
import { type ClickHouseSettings, lookAtClickHouse } from './self/clickhouse.ts';
import { lookAtFiles } from './self/files.ts';
import type { Look } from './self/look.ts';
import { type Listens, lookAtNetwork } from './self/network.ts';
import { lookAtPolicy } from './self/policy.ts';
import { lookAtPostgres } from './self/postgres.ts';
import { lookAtTelling } from './self/telling.ts';
import { lookAtTrail } from './self/trail.ts';

/** Days within which a report from outside is answered, unless the settings say. */
const ANSWER_DAYS = 7;

/** Audits of one workspace, and whom they tell. */
export interface Auditing {
  audits: Audits;
  selfAudit: SelfAudit;
  outbox: Outbox;
  reports: Reports;
  channels: Channels;
  /** Says where the server listens, once it does. */
  listensOn(where: Listens): void;
}

/** Puts them together. Throws CONFIG_INVALID for a file that the settings name and that is not what it should be. */
export async function openAuditing(options: {
  layout: Layout;
  config: Config;
  stores: Stores;
  policies: readonly PolicyFile[];
  trail: Trail;
  /** 32 bytes that protect what is kept of findings. */
  key: Uint8Array;
  trailKey: VerifierKey;
  detector: () => Detector;
  now: () => number;
  warn: (text: string) => void;
}): Promise<Auditing> {
  const { layout, config, stores, policies, trail, key, trailKey, detector, now, warn } = options;
  const { workspace } = config;
  const texts = new AtRest(key, 'tacet/v1/audit');
  const channels = await Channels.open(layout, config.audit ?? {});
  const clickhouse: ClickHouseSettings | undefined = config.clickhouse && {
    url: config.clickhouse.url,
    username: config.clickhouse.username,
    password: await readSecretFile(layout, config.clickhouse.passwordFile),
  };
  const postgres = config.postgres && (await readSecretFile(layout, config.postgres.urlFile));
  const outbox = new Outbox({ workspace, store: stores.control, channels, texts, now, warn });
  const audits = new Audits({
    workspace,
    store: stores.control,
    trail,
    channels,
    outbox,
    texts,
    detector,
    now,
  });
  const { reports: asked } = config.audit ?? {};
  const answerDays = asked === false ? undefined : (asked?.answerDays ?? ANSWER_DAYS);
  const reports = new Reports({
    ...{ workspace, audits, trail, channels, texts, answerDays, now },
    store: stores.control,
  });
  let listens: Listens | undefined;
  const looks = (): Look[] => [
    ...(listens ? [lookAtNetwork(listens, now)] : []),
    lookAtFiles(layout, config, process.env),
    lookAtClickHouse(clickhouse),
    lookAtPostgres(postgres),
    lookAtAccounts(stores.control, workspace, now),
    lookAtPolicy(policies, now),
    lookAtClearColumns(stores.log, workspace, detector),
    lookAtTrail(trail, trailKey, config, now),
    lookAtTelling(stores.control, workspace, channels.names, now),
  ];
  return {
    audits,
    selfAudit: new SelfAudit({ audits, looks, warn }),
    outbox,
    reports,
    channels,
    listensOn: (where) => {
      listens = where;
    },
  };
}
