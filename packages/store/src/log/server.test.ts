import { afterAll, beforeAll } from 'vitest';
import { logStoreContract } from '../../contract/log-store.ts';
import { matchContract } from '../../contract/match.ts';
import { type ClickHouseServer, startClickHouse } from '../../testing/clickhouse-server.ts';
import { openServer } from './server.ts';

let server: ClickHouseServer;
beforeAll(async () => {
  server = await startClickHouse();
});
afterAll(async () => {
  await server?.stop();
});

const open = () => openServer({ ...server, database: 'logs' });
logStoreContract('a ClickHouse server', open);
matchContract('a ClickHouse server', open);
