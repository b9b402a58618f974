import { ROLES } from '@tacet/access';
import type { Command } from 'commander';
import type { Io } from '../io.ts';

/** Turns a command's function into what the parser calls. */
export type Does = <Rest extends unknown[]>(
  command: (...rest: Rest) => Promise<number>,
) => (...rest: Rest) => Promise<void>;

const several = (value: string, before: string[] = []) => [...before, value];

/** The flags of every command that talks to a server as somebody who administers it. */
function administers(command: Command): Command {
  return command
    .option('--dir <directory>', 'the Tacet directory')
    .option('--to <url>', 'a running server instead of a directory')
    .option('--token-file <file>', 'file that holds the token (TACET_TOKEN_FILE): an admin or owner token')
    .option('--json', 'JSON, for machines');
}

/** Adds the commands about who may do what. */
export function registerAccess(
  program: Command,
  does: Does,
  io: Io,
  examples: (...lines: string[]) => string,
) {
  const token = program.command('token').description('Make, list and revoke tokens.');
  administers(token.command('create'))
    .description('Make a token; it is shown once.')
    .requiredOption('--role <role>', ROLES.join(', '))
    .option('--scope <scope>', 'limit it: service=NAME; may be given several times', several)
    .option('--expires <span>', '12h, 90d, 52w or never (default: 90d; never for ingest)')
    .option('--label <text>', 'what to call it in lists')
    .option('--out <file>', 'write it to a new file that only you can read, instead of showing it')
    .addHelpText(
      'after',
      examples(
        'tacet token create --role ingest --label "chat backend" --dir ./logs',
        'tacet token create --role analyst --scope service=chat --expires 30d --to https://logs.example.com',
      ),
    )
    .action(does(async (options) => (await import('./token.ts')).createToken(options, io)));
  administers(token.command('list'))
    .description('Say which tokens there are and when they were last used.')
    .addHelpText('after', examples('tacet token list --dir ./logs'))
    .action(does(async (options) => (await import('./token.ts')).listTokens(options, io)));
  administers(token.command('revoke'))
    .description('End a token at once.')
    .argument('<id>', 'its id, or the beginning of it')
    .addHelpText('after', examples('tacet token revoke 5f2c91d0 --dir ./logs'))
    .action(does(async (id, options) => (await import('./token.ts')).revokeToken(id, options, io)));

  const user = program.command('user').description('Make, list and disable accounts of people.');
  administers(user.command('add'))
    .description('Make an account; shows the link by which its owner sets up a passkey or a password.')
    .argument('<name>', 'what they sign in with, such as an e-mail address')
    .requiredOption('--role <role>', ROLES.filter((role) => role !== 'ingest').join(', '))
    .option('--scope <scope>', 'limit it: service=NAME; may be given several times', several)
    .addHelpText('after', examples('tacet user add anna@example.com --role reader --dir ./logs'))
    .action(does(async (name, options) => (await import('./user.ts')).addUser(name, options, io)));
  administers(user.command('list'))
    .description('Say who has an account, and how they sign in.')
    .addHelpText('after', examples('tacet user list --dir ./logs'))
    .action(does(async (options) => (await import('./user.ts')).listUsers(options, io)));
  administers(user.command('link'))
    .description('A new link for somebody who cannot sign in any more; password, passkeys and sessions end.')
    .argument('<name>', 'the account')
    .addHelpText('after', examples('tacet user link anna@example.com --dir ./logs'))
    .action(does(async (name, options) => (await import('./user.ts')).linkUser(name, options, io)));
  administers(user.command('disable'))
    .description('End an account: its sessions and every way to sign in.')
    .argument('<name>', 'the account')
    .addHelpText('after', examples('tacet user disable anna@example.com --dir ./logs'))
    .action(does(async (name, options) => (await import('./user.ts')).disableUser(name, options, io)));

  const approvals = program
    .command('approvals')
    .description('Second persons, for reading beyond the budget.');
  administers(approvals.command('list'))
    .description('Say who asks to read more, and why, and what was decided.')
    .addHelpText('after', examples('tacet approvals list --dir ./logs'))
    .action(does(async (options) => (await import('./approvals.ts')).listApprovals(options, io)));
  for (const [word, grant] of [
    ['approve', true],
    ['deny', false],
  ] as const) {
    const command = administers(approvals.command(word))
      .description(grant ? 'Let the reader open more rows, within a day.' : 'Refuse.')
      .argument('<request>', 'its id, or the beginning of it');
    if (grant) command.option('--rows <number>', 'rows beyond the budget', '100000');
    command
      .addHelpText('after', examples(`tacet approvals ${word} 5f2c91d0 --dir ./logs`))
      .action(does(async (id, options) => (await import('./approvals.ts')).decide(id, grant, options, io)));
  }

  program
    .command('facts')
    .description('Count events by what is in the clear: no key, no purpose, no content.')
    .option(
      '--by <column>',
      'service, operation, model, provider, status, severity, kind, secret, day or hour',
      'service',
    )
    .option('--from <time>', 'events from this time on: 2026-01-31, 2026-01-31T08:00Z, or 2h, 7d ago')
    .option('--to <time or url>', 'events up to this time; and, as a URL, a running server', several)
    .option('--limit <number>', 'at most so many lines', '100')
    .option('--dir <directory>', 'the Tacet directory')
    .option('--token-file <file>', 'file that holds the token (TACET_TOKEN_FILE): of an analyst or reader')
    .option('--json', 'one line of JSON a group, for machines')
    .addHelpText(
      'after',
      examples(
        'tacet facts --by model --from 7d --dir ./logs',
        'tacet facts --by secret --to https://logs.example.com',
      ),
    )
    .action(does(async (options) => (await import('./facts.ts')).facts(options, io)));
}
