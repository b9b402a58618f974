import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { logStoreContract } from '../../contract/log-store.ts';
import { matchContract } from '../../contract/match.ts';
import { openEmbedded } from './embedded.ts';

const path = mkdtempSync(join(tmpdir(), 'tacet-store-'));
afterAll(() => rmSync(path, { recursive: true, force: true }));

const open = () => openEmbedded({ path });
logStoreContract('embedded ClickHouse', open);
matchContract('embedded ClickHouse', open);
