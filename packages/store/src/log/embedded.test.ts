import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { logStoreContract } from '../../contract/log-store.ts';
import { openEmbedded } from './embedded.ts';

const path = mkdtempSync(join(tmpdir(), 'tacet-store-'));
afterAll(() => rmSync(path, { recursive: true, force: true }));

logStoreContract('embedded ClickHouse', () => openEmbedded({ path }));
