/** Tries to open a store that is open elsewhere and prints the error's code and message as JSON. */
import { TacetError } from '@tacet/records';
import { openControlEmbedded } from '../src/control/embedded.ts';
import { openEmbedded } from '../src/log/embedded.ts';

const [kind, path = '', shareKeyFile = ''] = process.argv.slice(2);
try {
  const store = await (kind === 'log' ? openEmbedded({ path }) : openControlEmbedded({ path, shareKeyFile }));
  await store.close();
  process.stdout.write(JSON.stringify({ code: 'none' }));
} catch (error) {
  if (!(error instanceof TacetError)) throw error;
  process.stdout.write(JSON.stringify({ code: error.code, message: error.message }));
}
