import type { ControlStore, LogStore } from '@tacet/store';
import { openControlEmbedded, openControlServer, openEmbedded, openServer } from '@tacet/store';
import { type Config, readSecretFile } from './directory/config.ts';
import type { Layout } from './directory/layout.ts';
import { shareKeyFile } from './directory/secrets.ts';

/** The log engine and the control records of one directory. */
export interface Stores {
  log: LogStore;
  control: ControlStore;
  /** Whether other processes may write to the same stores: they are servers, not files below D. */
  joint: boolean;
}

/** Opens the control records that the settings name. Errors as `ControlStore` and CONFIG_INVALID. */
export async function openControlOf(layout: Layout, config: Pick<Config, 'postgres'>): Promise<ControlStore> {
  const keyFile = shareKeyFile(layout);
  if (!config.postgres) return openControlEmbedded({ path: layout.control, shareKeyFile: keyFile });
  return openControlServer({
    url: await readSecretFile(layout, config.postgres.urlFile),
    shareKeyFile: keyFile,
  });
}

async function openLogOf(layout: Layout, config: Config): Promise<LogStore> {
  if (!config.clickhouse) return openEmbedded({ path: layout.logs });
  const { url, username, passwordFile, database } = config.clickhouse;
  return openServer({ url, username, password: await readSecretFile(layout, passwordFile), database });
}

/** Opens both, or neither. */
export async function openStores(layout: Layout, config: Config): Promise<Stores> {
  const [log, control] = await Promise.allSettled([openLogOf(layout, config), openControlOf(layout, config)]);
  if (log.status === 'fulfilled' && control.status === 'fulfilled')
    return { log: log.value, control: control.value, joint: Boolean(config.clickhouse || config.postgres) };
  if (log.status === 'fulfilled') await log.value.close();
  if (control.status === 'fulfilled') await control.value.close();
  throw log.status === 'rejected' ? log.reason : (control as PromiseRejectedResult).reason;
}
