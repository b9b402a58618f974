import { TacetError } from '@tacet/records';
import { type Api, type Place, withApi } from '../api.ts';
import { type Io, STATUS } from '../io.ts';
import { wholeNumber } from '../options.ts';
import { table, timeText } from '../terminal/table.ts';

export interface ApprovalOptions extends Place {
  rows?: string;
  json?: boolean;
}

/** As the server lists them. */
interface Listed {
  id: string;
  reader: string;
  state: string;
  rows: number;
  purpose: string;
  asked: number;
  decider?: string;
  expires?: number;
}

const list = async (api: Api) => (await api<{ approvals: Listed[] }>('/v1/approvals')).approvals;

/** `tacet approvals list`: who wants to read beyond the budget, and why. */
export async function listApprovals(options: ApprovalOptions, io: Io): Promise<number> {
  const approvals = await withApi(options, 'owner', io, list);
  if (options.json) {
    for (const approval of approvals) io.stdout.write(`${JSON.stringify(approval)}\n`);
    return STATUS.done;
  }
  if (approvals.length === 0) io.stderr.write('tacet: nobody has asked for anything\n');
  const rows = approvals.map(({ id, reader, state, rows, purpose, asked, expires }) => [
    id.slice(0, 12),
    state,
    reader.slice(0, 12),
    `${rows}`,
    timeText(asked),
    timeText(expires),
    purpose,
  ]);
  io.stdout.write(table(['REQUEST', 'STATE', 'READER', 'ROWS', 'ASKED', 'UNTIL', 'PURPOSE'], rows));
  return STATUS.done;
}

/** `tacet approvals approve|deny`: the word of a second person. `id` may be the beginning of one. */
export async function decide(id: string, grant: boolean, options: ApprovalOptions, io: Io): Promise<number> {
  const rows = grant ? wholeNumber('--rows', options.rows ?? '100000', 1, 1_000_000_000) : 0;
  const decided = await withApi(options, 'owner', io, async (api) => {
    const meant = (await list(api)).filter((one) => one.state === 'waiting' && one.id.startsWith(id));
    if (meant.length !== 1)
      throw new TacetError(
        'APPROVAL_UNKNOWN',
        meant.length ? 'several requests begin so' : 'no such request waits',
      );
    return api<{ id: string; state: string }>('/v1/approvals', { id: meant[0]!.id, rows });
  });
  if (options.json) io.stdout.write(`${JSON.stringify(decided)}\n`);
  else
    io.stdout.write(
      `Request ${decided.id.slice(0, 12)} is ${decided.state}${grant ? `: ${rows} rows within a day` : ''}.\n`,
    );
  return STATUS.done;
}
