import { TacetError } from '@tacet/records';
import { authorityRecords } from '@tacet/search/wire';
import { z } from 'zod';
import type { App, AppParts } from '../app.ts';
import { readJson } from '../http/json.ts';

/** Every record of a large workspace signed anew, in base64. */
const MAX_BYTES = 32 * 1024 * 1024;

/**
 * `POST /v1/authority`: appends records that holders of the workspace's keys signed elsewhere. Answers
 * with what it came to once that is durable. The server has none of those keys.
 */
export function routeKeys(app: App, parts: AppParts): void {
  app.post('/v1/authority', async (c) => {
    const body = await readJson(c, parts, z.unknown(), MAX_BYTES);
    const records = authorityRecords(body, (what) => {
      throw new TacetError('REQUEST_INVALID', `not a list of records: ${what}`);
    });
    return c.json(await parts.authority.append(records, c.get('principal').id));
  });
}
