import { afterAll, beforeAll } from 'vitest';
import { logStoreContract } from '../../contract/log-store.ts';
import { type ClickHouseServer, startClickHouse } from '../../testing/clickhouse-server.ts';
import { openServer } from './server.ts';

let server: ClickHouseServer;
beforeAll(async () => {
  server = await startClickHouse();
});
afterAll(async () => {
  await server?.stop();
});

logStoreContract('a ClickHouse server', () => openServer({ ...server, database: 'logs' }));
